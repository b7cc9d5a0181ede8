// The metrics by plain loops over pixels, from their definitions. Shares no code with the interpreters.

export interface Image {
  readonly height: number;
  readonly width: number;
  readonly prediction: ArrayLike<number>;
  readonly label: ArrayLike<number>;
}

export type Average = 'dataset' | 'image' | 'class-and-image';

export interface Options {
  readonly classes: number;
  readonly tolerance: number;
  readonly background: boolean;
  /** Of Boundary IoU: a share of the diagonal. */
  readonly diagonal: number;
  readonly average: Average;
}

/** A metric's value for each class, null where it has none, and how the classes are weighted. */
interface PerClass {
  readonly values: readonly (number | null)[];
  readonly weights: readonly number[];
}

type Pixels = (y: number, x: number) => boolean;

const memo = (image: Image, f: Pixels): Pixels => {
  const values = new Map<number, boolean>();
  return (y, x) => {
    const key = y * image.width + x;
    const value = values.get(key) ?? f(y, x);
    values.set(key, value);
    return value;
  };
};

const ofClass = (image: Image, map: ArrayLike<number>, c: number): Pixels => {
  return (y, x) => map[y * image.width + x] === c;
};

/** Whether the test holds anywhere in the square around a pixel, the image's outside left out. */
function inSquare({ height, width }: Image, y: number, x: number, reach: number, holds: Pixels): boolean {
  for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
    for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
      if (holds(v, u)) return true;
    }
  }
  return false;
}

/** A pixel of the mask with a pixel of the image outside the mask among its eight neighbours. */
const edgeOf = (image: Image, mask: Pixels): Pixels =>
  memo(image, (y, x) => mask(y, x) && inSquare(image, y, x, 1, (v, u) => !mask(v, u)));

function forPixels(image: Image, f: (y: number, x: number, p: number, l: number) => void): void {
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      f(y, x, image.prediction[y * image.width + x] as number, image.label[y * image.width + x] as number);
    }
  }
}

/** TP, label pixels and predicted pixels of each class, over the pixels that count. */
function tallies(images: readonly Image[], classes: number, counts: (image: Image) => Pixels) {
  const zeros = () => new Array<number>(classes).fill(0);
  const [tp, labelled, predicted] = [zeros(), zeros(), zeros()];
  const add = (to: number[], c: number) => {
    to[c] = (to[c] as number) + 1;
  };
  for (const image of images) {
    const counted = counts(image);
    forPixels(image, (y, x, p, l) => {
      if (l < 0 || l >= classes || !counted(y, x)) return;
      add(labelled, l);
      add(predicted, p);
      if (l === p) add(tp, l);
    });
  }
  return tp.map((hits, c) => ({ tp: hits, labelled: labelled[c] as number, predicted: predicted[c] as number }));
}

/** As published: the mask, padded by zeros, is eroded by 3×3 again and again; what that takes away is the band. */
export function band({ height, width }: Image, mask: Pixels, diagonal: number): Pixels {
  const exact = diagonal * Math.sqrt(height * height + width * width);
  // Python rounds halves to even.
  const whole = Math.floor(exact) + (exact % 1 > 0.5 || (exact % 1 === 0.5 && Math.floor(exact) % 2 === 1) ? 1 : 0);
  let eroded = Array.from({ length: height + 2 }, (_, y) =>
    Array.from({ length: width + 2 }, (__, x) => y > 0 && x > 0 && y <= height && x <= width && mask(y - 1, x - 1)),
  );
  for (let step = 0; step < Math.max(1, whole); step++) {
    eroded = eroded.map((row, y) =>
      row.map((_, x) => [-1, 0, 1].every((v) => [-1, 0, 1].every((u) => eroded[y + v]?.[x + u] ?? true))),
    );
  }
  return (y, x) => mask(y, x) && !(eroded[y + 1]?.[x + 1] as boolean);
}

function perClass(images: readonly Image[], options: Options): Record<string, PerClass> {
  const { classes, tolerance, background, diagonal } = options;
  const all = tallies(images, classes, () => () => true);
  const iou = (t: { tp: number; labelled: number; predicted: number }): number | null => {
    const union = t.labelled + t.predicted - t.tp;
    return union === 0 ? null : t.tp / union;
  };
  const even = all.map(() => 1);
  const labelled = all.map((t) => t.labelled);
  const skipped = (c: number): boolean => c === 0 && !background;

  const trimap = tallies(images, classes, (image) => {
    const outlines = Array.from({ length: classes }, (_, c) => edgeOf(image, ofClass(image, image.label, c)));
    const drawn = outlines.slice(background ? 0 : 1);
    return (y, x) => inSquare(image, y, x, tolerance, (v, u) => drawn.some((outline) => outline(v, u)));
  });

  const f1 = Array.from({ length: classes }, (_, c): number | null => {
    let [hits, drawn, found, truth] = [0, 0, 0, 0];
    for (const image of images) {
      const p = edgeOf(image, ofClass(image, image.prediction, c));
      const l = edgeOf(image, ofClass(image, image.label, c));
      forPixels(image, (y, x) => {
        if (p(y, x)) drawn++;
        if (p(y, x) && inSquare(image, y, x, tolerance, l)) hits++;
        if (l(y, x)) truth++;
        if (l(y, x) && inSquare(image, y, x, tolerance, p)) found++;
      });
    }
    if (truth === 0 || skipped(c)) return null;
    const precision = drawn === 0 ? 0 : hits / drawn;
    const recall = found / truth;
    return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  });

  const bands = Array.from({ length: classes }, (_, c): number | null => {
    let [both, either] = [0, 0];
    for (const image of images) {
      const p = band(image, ofClass(image, image.prediction, c), diagonal);
      const l = band(image, ofClass(image, image.label, c), diagonal);
      forPixels(image, (y, x, __, label) => {
        if (label < 0 || label >= classes) return;
        if (p(y, x) && l(y, x)) both++;
        if (p(y, x) || l(y, x)) either++;
      });
    }
    return either === 0 || skipped(c) ? null : both / either;
  });

  const kept = (value: (t: (typeof all)[number]) => number | null) => all.map((t, c) => (skipped(c) ? null : value(t)));
  const accuracy = kept((t) => (t.labelled === 0 ? null : t.tp / t.labelled));
  return {
    miou: { values: kept(iou), weights: even },
    fwiou: { values: kept(iou), weights: labelled },
    macc: { values: accuracy, weights: even },
    gacc: { values: accuracy, weights: labelled },
    dice: {
      values: kept((t) => (t.labelled + t.predicted === 0 ? null : (2 * t.tp) / (t.labelled + t.predicted))),
      weights: even,
    },
    biou: { values: trimap.map(iou), weights: even },
    bf1: { values: f1, weights: even },
    'boundary-iou': { values: bands, weights: even },
  };
}

function mean(values: readonly (number | null)[], weights: readonly number[] = values.map(() => 1)): number | null {
  let [sum, total] = [0, 0];
  values.forEach((value, i) => {
    if (value === null) return;
    sum += value * (weights[i] as number);
    total += weights[i] as number;
  });
  return total === 0 ? null : sum / total;
}

export function referenceMetrics(images: readonly Image[], options: Options): Record<string, number | null> {
  const together = perClass(images, options);
  const names = Object.keys(together);
  if (options.average === 'dataset') {
    return Object.fromEntries(names.map((name) => [name, mean(together[name]?.values ?? [], together[name]?.weights)]));
  }
  // Of each image, the classes that its label has.
  const single = images.map((image) => {
    const has = (c: number): boolean => Array.from(image.label).includes(c);
    const terms = perClass([image], options);
    return Object.fromEntries(
      names.map((name) => {
        const { values, weights } = terms[name] as PerClass;
        return [name, { values: values.map((value, c) => (has(c) ? value : null)), weights }];
      }),
    );
  });
  return Object.fromEntries(
    names.map((name) => {
      const ofImages = single.map((terms) => terms[name] as PerClass);
      if (options.average === 'image')
        return [name, mean(ofImages.map(({ values, weights }) => mean(values, weights)))];
      const classes = Array.from({ length: options.classes }, (_, c) => c);
      const values = classes.map((c) => mean(ofImages.map((terms) => terms.values[c] ?? null)));
      const weights = classes.map((c) => ofImages.reduce((sum, terms) => sum + (terms.weights[c] as number), 0));
      return [name, mean(values, weights)];
    }),
  );
}
