// The published surrogates by plain loops in float64, from the paper's equations. Shares no code with the interpreters.

export type Points = readonly (readonly [number, number])[];

export interface Batch {
  readonly shape: readonly [n: number, h: number, w: number, c: number];
  /** [n, h, w, c] */
  readonly logits: ArrayLike<number>;
  /** [n, h, w]; outside [0, c) is ignored. */
  readonly labels: ArrayLike<number>;
}

export interface SurrogateOptions {
  readonly metric: 'miou' | 'fwiou' | 'macc' | 'gacc' | 'biou' | 'bf1' | 'dice';
  /** Control points of each curve, both ends included. */
  readonly curves: readonly Points[];
  readonly tolerance: number;
  readonly background: boolean;
}

const EPS = 1e-8;

/** y of a piecewise quadratic Bézier curve at p, by bisection on the curve's parameter. */
export function bezier(points: Points, p: number): number {
  for (let i = 0; i + 2 < points.length; i += 2) {
    const [a, b, c] = [points[i], points[i + 1], points[i + 2]] as [
      [number, number],
      [number, number],
      [number, number],
    ];
    if (p > c[0] && i + 4 < points.length) continue;
    let [low, high] = [0, 1];
    for (let step = 0; step < 100; step++) {
      const t = (low + high) / 2;
      const x = (1 - t) ** 2 * a[0] + 2 * t * (1 - t) * b[0] + t * t * c[0];
      if (x < p) low = t;
      else high = t;
    }
    const t = p <= 0 ? 0 : p >= 1 ? 1 : (low + high) / 2;
    return (1 - t) ** 2 * a[1] + 2 * t * (1 - t) * b[1] + t * t * c[1];
  }
  throw new Error('no piece');
}

type Field = Float64Array; // [n, h, w] of one class

function window(
  field: Field,
  [, h, w]: Batch['shape'],
  at: number,
  radius: number,
  outside: number,
  best: (a: number, b: number) => number,
): number {
  const image = Math.floor(at / (h * w)) * h * w;
  const y = Math.floor((at - image) / w);
  const x = (at - image) % w;
  let value = field[at] as number;
  for (let v = y - radius; v <= y + radius; v++) {
    for (let u = x - radius; u <= x + radius; u++) {
      value = best(value, v < 0 || u < 0 || v >= h || u >= w ? outside : (field[image + v * w + u] as number));
    }
  }
  return value;
}

export function referenceLoss(batch: Batch, options: SurrogateOptions): number {
  const { shape, logits, labels } = batch;
  const [n, h, w, classes] = shape;
  const pixels = n * h * w;
  const valid = Array.from({ length: pixels }, (_, i) => (labels[i] as number) >= 0 && (labels[i] as number) < classes);

  // Softmax, class by class.
  const p = Array.from({ length: classes }, () => new Float64Array(pixels));
  for (let i = 0; i < pixels; i++) {
    const row = Array.from({ length: classes }, (_, c) => logits[i * classes + c] as number);
    const top = Math.max(...row);
    const exps = row.map((value) => Math.exp(value - top));
    const sum = exps.reduce((a, b) => a + b, 0);
    for (let c = 0; c < classes; c++) (p[c] as Field)[i] = (exps[c] as number) / sum;
  }
  const y = p.map((_, c) => Float64Array.from({ length: pixels }, (__, i) => (labels[i] === c ? 1 : 0)));
  const map = (field: Field, f: (value: number, i: number) => number): Field => field.map(f);
  const erode = (field: Field): Field => map(field, (_, i) => window(field, shape, i, 1, 1, Math.min));
  const dilate = (field: Field, t: number): Field => map(field, (_, i) => window(field, shape, i, t, 0, Math.max));
  const edge = (field: Field): Field => {
    const eroded = erode(field);
    return map(field, (value, i) => (value === eroded[i] ? 0 : 1));
  };
  const total = (field: Field, where: (i: number) => boolean): number =>
    field.reduce((sum, value, i) => sum + (where(i) ? value : 0), 0);
  const g = (index: number, value: number): number => bezier(options.curves[index] as Points, value);
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

  if (options.metric === 'bf1') {
    const scores: number[] = [];
    for (let c = options.background ? 0 : 1; c < classes; c++) {
      const pc = p[c] as Field;
      const eroded = erode(pc);
      const outline = map(pc, (value, i) => {
        const [a1, a2, o1, o2] = [g(0, value), g(1, eroded[i] as number), g(2, value), g(3, eroded[i] as number)];
        return o1 + o2 - o1 * o2 - a1 * a2;
      });
      const truth = edge(y[c] as Field);
      const everywhere = () => true;
      const truths = total(truth, everywhere);
      if (truths === 0) continue;
      const near = dilate(truth, options.tolerance);
      const drawnNear = dilate(outline, options.tolerance);
      const precision =
        total(
          map(outline, (v, i) => v * (near[i] as number)),
          everywhere,
        ) /
        (total(outline, everywhere) + EPS);
      const recall =
        total(
          map(drawnNear, (v, i) => v * (truth[i] as number)),
          everywhere,
        ) /
        (truths + EPS);
      scores.push((2 * precision * recall) / (precision + recall + EPS));
    }
    return 1 - mean(scores);
  }

  let counted = (i: number): boolean => valid[i] as boolean;
  if (options.metric === 'biou') {
    const outlines = y.map((field) => dilate(edge(field), options.tolerance)).slice(options.background ? 0 : 1);
    counted = (i) => (valid[i] as boolean) && outlines.some((outline) => outline[i] === 1);
  }
  const labelled = y.map((field) => total(field, counted));
  const hits = p.map((pc, c) =>
    total(
      map(pc, (value, i) => g(0, value) * ((y[c] as Field)[i] as number)),
      counted,
    ),
  );
  if (options.metric === 'macc') return 1 - mean(hits.map((hit, c) => hit / ((labelled[c] as number) + EPS)));
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  if (options.metric === 'gacc') return 1 - sum(hits) / (sum(labelled) + EPS);
  const unions = p.map((pc, c) =>
    total(
      map(pc, (value, i) => {
        const label = (y[c] as Field)[i] as number;
        return g(1, value) + label - g(1, value) * label;
      }),
      counted,
    ),
  );
  const iou = hits.map((hit, c) => hit / ((unions[c] as number) + EPS));
  if (options.metric === 'dice') return 1 - mean(hits.map((hit, c) => (2 * hit) / (hit + (unions[c] as number) + EPS)));
  if (options.metric === 'fwiou')
    return 1 - sum(iou.map((value, c) => value * (labelled[c] as number))) / sum(labelled);
  return 1 - mean(iou);
}
