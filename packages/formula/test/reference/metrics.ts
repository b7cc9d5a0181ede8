// The six metrics by plain loops over pixels, from their definitions. Shares no code with the interpreters.

export interface Image {
  readonly height: number;
  readonly width: number;
  readonly prediction: ArrayLike<number>;
  readonly label: ArrayLike<number>;
}

export interface Options {
  readonly classes: number;
  readonly tolerance: number;
  readonly background: boolean;
}

type Inside = (y: number, x: number) => boolean;

const isClass = (image: Image, map: ArrayLike<number>, c: number): Inside => {
  return (y, x) => map[y * image.width + x] === c;
};

/** A pixel of the mask with a pixel of the image outside the mask among its eight neighbours. */
function isEdge({ height, width }: Image, inside: Inside, y: number, x: number): boolean {
  if (!inside(y, x)) return false;
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
      if (!inside(v, u)) return true;
    }
  }
  return false;
}

function near(
  { height, width }: Image,
  what: (y: number, x: number) => boolean,
  y: number,
  x: number,
  t: number,
): boolean {
  for (let v = Math.max(0, y - t); v <= Math.min(height - 1, y + t); v++) {
    for (let u = Math.max(0, x - t); u <= Math.min(width - 1, x + t); u++) {
      if (what(v, u)) return true;
    }
  }
  return false;
}

function memo(image: Image, f: (y: number, x: number) => boolean): (y: number, x: number) => boolean {
  const values = new Map<number, boolean>();
  return (y, x) => {
    const key = y * image.width + x;
    let value = values.get(key);
    if (value === undefined) {
      value = f(y, x);
      values.set(key, value);
    }
    return value;
  };
}

function forPixels(image: Image, f: (y: number, x: number, p: number, l: number) => void): void {
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      f(y, x, image.prediction[y * image.width + x] as number, image.label[y * image.width + x] as number);
    }
  }
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Confusion matrix [label][prediction] over the pixels that count. */
function confusion(
  images: readonly Image[],
  classes: number,
  counts: (image: Image) => (y: number, x: number) => boolean,
): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const image of images) {
    const counted = counts(image);
    forPixels(image, (y, x, p, l) => {
      if (l < 0 || l >= classes || !counted(y, x)) return;
      (matrix[l] as number[])[p] = ((matrix[l] as number[])[p] as number) + 1;
    });
  }
  return matrix;
}

/** Values per class of TP, label pixels and predicted pixels. */
function tallies(matrix: number[][]): { tp: number; labelled: number; predicted: number }[] {
  return matrix.map((row, c) => ({
    tp: row[c] as number,
    labelled: row.reduce((sum, value) => sum + value, 0),
    predicted: matrix.reduce((sum, other) => sum + (other[c] as number), 0),
  }));
}

export function referenceMetrics(images: readonly Image[], options: Options): Record<string, number | null> {
  const { classes, tolerance, background } = options;
  const all = tallies(confusion(images, classes, () => () => true));
  const iou = (t: { tp: number; labelled: number; predicted: number }): number | null => {
    const union = t.labelled + t.predicted - t.tp;
    return union === 0 ? null : t.tp / union;
  };
  const known = (values: (number | null)[]): number[] => values.filter((value) => value !== null);
  const total = all.reduce((sum, t) => sum + t.labelled, 0);

  const trimap = tallies(
    confusion(images, classes, (image) => {
      const outlines = Array.from({ length: classes }, (_, c) =>
        memo(image, (y, x) => isEdge(image, isClass(image, image.label, c), y, x)),
      ).slice(background ? 0 : 1);
      const anyOutline = (y: number, x: number) => outlines.some((outline) => outline(y, x));
      return (y, x) => near(image, anyOutline, y, x, tolerance);
    }),
  );

  const f1: number[] = [];
  for (let c = background ? 0 : 1; c < classes; c++) {
    let [hits, drawn, found, truth] = [0, 0, 0, 0];
    for (const image of images) {
      const p = memo(image, (y, x) => isEdge(image, isClass(image, image.prediction, c), y, x));
      const l = memo(image, (y, x) => isEdge(image, isClass(image, image.label, c), y, x));
      forPixels(image, (y, x) => {
        if (p(y, x)) {
          drawn++;
          if (near(image, l, y, x, tolerance)) hits++;
        }
        if (l(y, x)) {
          truth++;
          if (near(image, p, y, x, tolerance)) found++;
        }
      });
    }
    if (truth === 0) continue;
    const precision = drawn === 0 ? 0 : hits / drawn;
    const recall = found / truth;
    f1.push(precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall));
  }

  return {
    miou: mean(known(all.map(iou))),
    fwiou: total === 0 ? null : all.reduce((sum, t) => sum + t.labelled * (iou(t) ?? 0), 0) / total,
    macc: mean(known(all.map((t) => (t.labelled === 0 ? null : t.tp / t.labelled)))),
    gacc: total === 0 ? null : all.reduce((sum, t) => sum + t.tp, 0) / total,
    dice: mean(
      known(all.map((t) => (t.labelled + t.predicted === 0 ? null : (2 * t.tp) / (t.labelled + t.predicted)))),
    ),
    biou: mean(known(trimap.map(iou))),
    bf1: mean(f1),
  };
}
