import type { LossInput, LossNode, LossProgram } from '../trace/loss-program.ts';

/** [n, c, h, w]; values by index in that order. A side of 1 is the same along it. */
interface Grid {
  readonly shape: readonly [number, number, number, number];
  readonly values: Float64Array;
}

/** A batch: logits [n, h, w, c] and labels [n, h, w], which outside [0, c) do not count. */
export interface PlainBatch {
  readonly shape: readonly [images: number, height: number, width: number, classes: number];
  readonly logits: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
}

/** The formula of a hand-made loss in float64 loops. @returns its shape too, which is [1, 1, 1, 1] of one that is right. */
export function plainFormula(
  { value }: LossProgram,
  batch: PlainBatch,
): { readonly value: number; readonly shape: readonly number[] } {
  const inputs = inputsOf(batch);
  const known = new Map<string, Grid>();
  const of = (node: LossNode): Grid => {
    const made = known.get(node.key) ?? evaluate(node, inputs, of);
    known.set(node.key, made);
    return made;
  };
  const { shape, values } = of(value);
  return { value: values[0] as number, shape };
}

function grid(shape: Grid['shape'], at: (n: number, c: number, h: number, w: number) => number): Grid {
  const [images, classes, height, width] = shape;
  const values = new Float64Array(images * classes * height * width);
  let index = 0;
  for (let n = 0; n < images; n++)
    for (let c = 0; c < classes; c++)
      for (let h = 0; h < height; h++) for (let w = 0; w < width; w++) values[index++] = at(n, c, h, w);
  return { shape, values };
}

function read({ shape: [ns, cs, hs, ws], values }: Grid, n: number, c: number, h: number, w: number): number {
  const at = (index: number, side: number): number => (side === 1 ? 0 : index);
  return values[((at(n, ns) * cs + at(c, cs)) * hs + at(h, hs)) * ws + at(w, ws)] as number;
}

function inputsOf({ shape: [n, h, w, c], logits, labels }: PlainBatch): Readonly<Record<LossInput, Grid>> {
  const logit = (...[image, of, row, column]: readonly [number, number, number, number]): number =>
    logits[((image * h + row) * w + column) * c + of] as number;
  const labelAt = (image: number, row: number, column: number): number =>
    labels[(image * h + row) * w + column] as number;
  const logProbability = grid([n, c, h, w], (image, of, row, column) => {
    const all = Array.from({ length: c }, (_, other) => logit(image, other, row, column));
    const largest = Math.max(...all);
    const total = all.reduce((sum, each) => sum + Math.exp(each - largest), 0);
    return logit(image, of, row, column) - largest - Math.log(total);
  });
  return {
    logProbability,
    probability: grid([n, c, h, w], (...at) => Math.exp(read(logProbability, ...at))),
    label: grid([n, c, h, w], (image, of, row, column) => (labelAt(image, row, column) === of ? 1 : 0)),
    valid: grid([n, 1, h, w], (image, _, row, column) => {
      const label = labelAt(image, row, column);
      return label >= 0 && label < c ? 1 : 0;
    }),
    classes: single(c),
  };
}

const single = (value: number): Grid => grid([1, 1, 1, 1], () => value);

function pairwise(a: Grid, b: Grid, compute: (x: number, y: number) => number): Grid {
  const shape = a.shape.map((side, axis) => Math.max(side, b.shape[axis] ?? 1)) as unknown as Grid['shape'];
  return grid(shape, (...at) => compute(read(a, ...at), read(b, ...at)));
}

function summed(a: Grid, axes: readonly number[]): Grid {
  const shape = a.shape.map((side, axis) => (axes.includes(axis) ? 1 : side)) as unknown as Grid['shape'];
  const result = grid(shape, () => 0);
  const [, cs, hs, ws] = shape;
  grid(a.shape, (n, c, h, w) => {
    const [i = 0, j = 0, k = 0, l = 0] = [n, c, h, w].map((index, axis) => (axes.includes(axis) ? 0 : index));
    const to = ((i * cs + j) * hs + k) * ws + l;
    result.values[to] = (result.values[to] as number) + read(a, n, c, h, w);
    return 0;
  });
  return result;
}

function evaluate(node: LossNode, inputs: Readonly<Record<LossInput, Grid>>, of: (node: LossNode) => Grid): Grid {
  const each = (a: LossNode, compute: (x: number) => number): Grid => {
    const { shape, values } = of(a);
    return { shape, values: values.map(compute) };
  };
  switch (node.op) {
    case 'input':
      return inputs[node.input];
    case 'number':
      return single(node.value);
    case 'per class':
      return grid([1, node.values.length, 1, 1], (_, c) => node.values[c] as number);
    case 'plus':
      return pairwise(of(node.a), of(node.b), (x, y) => x + y);
    case 'minus':
      return pairwise(of(node.a), of(node.b), (x, y) => x - y);
    case 'times':
      return pairwise(of(node.a), of(node.b), (x, y) => x * y);
    case 'divide':
      return pairwise(of(node.a), of(node.b), (x, y) => x / y);
    case 'at least':
      return each(node.a, (x) => Math.max(x, node.value));
    case 'power':
      return each(node.a, (x) => x ** node.value);
    case 'log':
      return each(node.a, Math.log);
    case 'positive':
      return each(node.a, (x) => (x > 0 ? 1 : 0));
    case 'named':
      return of(node.a);
    case 'sum over classes':
      return summed(of(node.a), [1]);
    case 'sum over pixels':
      return summed(of(node.a), [0, 2, 3]);
    case 'sum over image':
      return summed(of(node.a), [2, 3]);
    case 'sum over images':
      return summed(of(node.a), [0]);
  }
}
