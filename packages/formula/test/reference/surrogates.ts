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
  readonly metric: 'miou' | 'fwiou' | 'macc' | 'gacc' | 'biou' | 'bf1' | 'dice' | 'boundary-iou';
  /** Control points of each curve, both ends included. */
  readonly curves: readonly Points[];
  readonly tolerance: number;
  readonly background: boolean;
  /** Of Boundary IoU: a share of the diagonal. */
  readonly diagonal?: number;
  readonly average?: Average;
}

export type Average = 'dataset' | 'image' | 'class-and-image';

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

/** A surrogate's value for each class, whether it counts, and its weight in the mean. */
interface Terms {
  readonly values: readonly number[];
  readonly counted: readonly boolean[];
  readonly weights: readonly number[];
}

function mean({ values, counted, weights }: Terms): number {
  const total = weights.reduce((sum, weight, i) => sum + (counted[i] ? weight : 0), 0);
  return values.reduce((sum, value, i) => sum + (counted[i] ? value * (weights[i] as number) : 0), 0) / total;
}

const evenly = (values: readonly number[]): Terms => ({
  values,
  counted: values.map((value) => !Number.isNaN(value)),
  weights: values.map(() => 1),
});

export function referenceLoss(batch: Batch, options: SurrogateOptions): number {
  const { average = 'dataset' } = options;
  if (average === 'dataset') return 1 - mean(terms(batch, options));
  const [n, h, w, classes] = batch.shape;
  const ofImages = Array.from({ length: n }, (_, i): Terms => {
    const part = (all: ArrayLike<number>, each: number) => Array.from(all).slice(i * each, (i + 1) * each);
    const labels = part(batch.labels, h * w);
    const image = terms({ shape: [1, h, w, classes], logits: part(batch.logits, h * w * classes), labels }, options);
    return { ...image, counted: image.counted.map((counts, c) => counts && labels.includes(c)) };
  });
  if (average === 'image') return 1 - mean(evenly(ofImages.map(mean)));
  const each = Array.from({ length: classes }, (_, c) => c);
  const values = each.map((c) =>
    mean(evenly(ofImages.map((image) => (image.counted[c] ? (image.values[c] as number) : Number.NaN)))),
  );
  const weights = each.map((c) => ofImages.reduce((sum, image) => sum + (image.weights[c] as number), 0));
  return 1 - mean({ ...evenly(values), weights });
}

function terms(batch: Batch, options: SurrogateOptions): Terms {
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
  const erode = (field: Field, radius = 1, outside = 1): Field =>
    map(field, (_, i) => window(field, shape, i, radius, outside, Math.min));
  const dilate = (field: Field, t: number): Field => map(field, (_, i) => window(field, shape, i, t, 0, Math.max));
  const edge = (field: Field): Field => {
    const eroded = erode(field);
    return map(field, (value, i) => (value === eroded[i] ? 0 : 1));
  };
  const total = (field: Field, where: (i: number) => boolean): number =>
    field.reduce((sum, value, i) => sum + (where(i) ? value : 0), 0);
  const g = (index: number, value: number): number => bezier(options.curves[index] as Points, value);
  const all = p.map(() => true);
  const even = p.map(() => 1);
  const drawn = p.map((_, c) => c > 0 || options.background);

  if (options.metric === 'bf1') {
    const truths: number[] = [];
    const values = p.map((pc, c) => {
      const eroded = erode(pc);
      const outline = map(pc, (value, i) => {
        const [a1, a2, o1, o2] = [g(0, value), g(1, eroded[i] as number), g(2, value), g(3, eroded[i] as number)];
        return o1 + o2 - o1 * o2 - a1 * a2;
      });
      const truth = edge(y[c] as Field);
      const everywhere = () => true;
      const near = dilate(truth, options.tolerance);
      const drawnNear = dilate(outline, options.tolerance);
      const hits = total(
        map(outline, (v, i) => v * (near[i] as number)),
        everywhere,
      );
      const precision = hits / (total(outline, everywhere) + EPS);
      truths[c] = total(truth, everywhere);
      const found = total(
        map(drawnNear, (v, i) => v * (truth[i] as number)),
        everywhere,
      );
      const recall = found / ((truths[c] as number) + EPS);
      return (2 * precision * recall) / (precision + recall + EPS);
    });
    return { values, counted: truths.map((truth, c) => truth > 0 && (drawn[c] as boolean)), weights: even };
  }

  if (options.metric === 'boundary-iou') {
    const reach = Math.max(1, Math.round((options.diagonal as number) * Math.hypot(h, w)));
    const bands = (fields: Field[]) =>
      fields.map((field) => {
        const eroded = erode(field, reach, 0);
        return map(field, (value, i) => value - (eroded[i] as number));
      });
    const [soft, crisp] = [bands(p), bands(y)];
    const values = soft.map((field, c) => {
      const truth = crisp[c] as Field;
      const inside = (i: number): boolean => valid[i] as boolean;
      const both = total(
        map(field, (value, i) => g(0, value) * (truth[i] as number)),
        inside,
      );
      const either = total(
        map(field, (value, i) => (truth[i] === 1 ? 1 : g(1, value))),
        inside,
      );
      return both / (either + EPS);
    });
    return { values, counted: drawn, weights: even };
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
  const accuracy = hits.map((hit, c) => hit / ((labelled[c] as number) + EPS));
  if (options.metric === 'macc') return { values: accuracy, counted: drawn, weights: even };
  if (options.metric === 'gacc') return { values: accuracy, counted: drawn, weights: labelled };
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
  const dice = hits.map((hit, c) => (2 * hit) / (hit + (unions[c] as number) + EPS));
  const values = options.metric === 'dice' ? dice : iou;
  // Without background, biou draws no outline of class 0, and averages it.
  const averaged = options.metric === 'biou' ? all : drawn;
  return { values, counted: averaged, weights: options.metric === 'fwiou' ? labelled : even };
}
