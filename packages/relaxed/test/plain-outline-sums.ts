import type { Curve } from '@auto-seg-loss/kernel';

/** A batch, and what the gradient by its sums is. */
export interface OutlineTask {
  readonly shape: readonly [n: number, h: number, w: number, c: number];
  /** [n·h·w·c] */
  readonly logits: Float32Array;
  /** [n·h·w], outside [0, c) ignored */
  readonly labels: Int32Array;
  readonly tolerance: number;
  /** Of AND for p and its erosion q, of OR for both. */
  readonly curves: readonly [Curve, Curve, Curve, Curve];
  /** The gradient by the sums, [4][n][c]. */
  readonly weights: readonly number[];
}

export interface PlainOutlineSums {
  /** hits, drawn, found and truth, [4][n][c]. */
  readonly sums: readonly number[];
  /** By the logits, [n·h·w·c]. */
  readonly gradient: Float64Array;
}

/** The sums of F1 of outlines and their gradient, pixel by pixel from their definition in float64. */
export function plainOutlineSums(task: OutlineTask): PlainOutlineSums {
  const { shape, logits, labels, tolerance, curves, weights } = task;
  const [n, h, w, c] = shape;
  const sums = new Array<number>(4 * n * c).fill(0);
  const gradient = new Float64Array(logits.length);
  /** The pixels of an image at most `reach` rows and columns from one, in reading order. */
  const around = (pixel: number, reach: number): number[] => {
    const [row, column] = [Math.floor(pixel / w), pixel % w];
    const near: number[] = [];
    for (let y = Math.max(0, row - reach); y <= Math.min(h - 1, row + reach); y++)
      for (let x = Math.max(0, column - reach); x <= Math.min(w - 1, column + reach); x++) near.push(y * w + x);
    return near;
  };
  const [andP, andQ, orP, orQ] = curves;
  for (let image = 0; image < n; image++) {
    const label = labels.subarray(image * h * w, (image + 1) * h * w);
    const p = Array.from(label, (_, i) =>
      softmax(logits.subarray((image * h * w + i) * c, (image * h * w + i + 1) * c)),
    );
    const slopes = p.map(() => new Array<number>(c).fill(0)); // by p
    for (let k = 0; k < c; k++) {
      const of = (i: number): number => p[i]?.[k] as number;
      const pixels = Array.from(label, (_, i) => i);
      const edges = pixels.filter((i) => label[i] === k && around(i, 1).some((j) => label[j] !== k));
      const isNear = new Set(edges.flatMap((i) => around(i, tolerance)));
      const least = pixels.map((i) => around(i, 1).reduce((best, j) => (of(j) < of(best) ? j : best)));
      const outline = pixels.map((i) => {
        const [a, q] = [of(i), of(least[i] as number)];
        const [x, y] = [orP.value(a), orQ.value(q)];
        return x + y - x * y - andP.value(a) * andQ.value(q);
      });
      const value = (i: number): number => outline[i] as number;
      const largest = edges.map((i) => around(i, tolerance).reduce((best, j) => (value(j) > value(best) ? j : best)));
      const at = (kind: number): number => (kind * n + image) * c + k;
      const [hits, drawn, found, truth] = [at(0), at(1), at(2), at(3)];
      sums[hits] = [...isNear].reduce((total, i) => total + value(i), 0);
      sums[drawn] = outline.reduce((total, e) => total + e, 0);
      sums[found] = largest.reduce((total, i) => total + value(i), 0);
      sums[truth] = edges.length;

      const by = pixels.map((i) => (weights[drawn] as number) + (isNear.has(i) ? (weights[hits] as number) : 0));
      for (const i of largest) by[i] = (by[i] as number) + (weights[found] as number);
      for (const i of pixels) {
        const source = least[i] as number;
        const [a, q, g] = [of(i), of(source), by[i] as number];
        const add = (j: number, slope: number): void => {
          const row = slopes[j] as number[];
          row[k] = (row[k] as number) + slope;
        };
        add(i, g * (orP.derivative(a) * (1 - orQ.value(q)) - andP.derivative(a) * andQ.value(q)));
        add(source, g * (orQ.derivative(q) * (1 - orP.value(a)) - andQ.derivative(q) * andP.value(a)));
      }
    }
    p.forEach((row, i) => {
      const by = slopes[i] as number[];
      const mean = row.reduce((total, value, k) => total + value * (by[k] as number), 0);
      row.forEach((value, k) => {
        gradient[(image * h * w + i) * c + k] = value * ((by[k] as number) - mean);
      });
    });
  }
  return { sums, gradient };
}

function softmax(logits: Float32Array): number[] {
  const top = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
