import { withGradient } from '@auto-seg-loss/ops';
import {
  expandDims,
  matMul,
  mul,
  pad,
  reshape,
  squeeze,
  sum,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';

/** How many numbers are added one to another: of more, a sum in float32 loses digits on WebAssembly, where it is one long chain. */
const CHAIN = 512;

/**
 * Σ weight·value over the pixels, for each class: in chains of bounded length.
 * @param weight [groups, 1, P]. @param values [groups, P, c]. @returns [groups, c]
 */
export function weightedSums(weight: Tensor3D, values: Tensor3D): Tensor2D {
  const [groups, pixels, classes] = values.shape;
  if (pixels <= CHAIN) return squeeze(matMul(weight, values), [1]);
  const length = chainLength(pixels);
  const left = (length - (pixels % length)) % length;
  const chains = (pixels + left) / length;
  const [w, x] =
    left === 0
      ? [weight, values]
      : [
          pad(weight, [
            [0, 0],
            [0, 0],
            [0, left],
          ]),
          pad(values, [
            [0, 0],
            [0, left],
            [0, 0],
          ]),
        ];
  const sums = matMul(
    reshape(w, [groups * chains, 1, length]) as Tensor3D,
    reshape(x, [groups * chains, length, classes]) as Tensor3D,
  );
  return added(reshape(sums, [groups, chains, classes]));
}

/** As `weightedSums`, differentiable by the values. */
export function pixelSums(region: Tensor3D, values: Tensor3D): Tensor2D {
  return withGradient<Tensor2D>([values], () => ({
    value: weightedSums(region, values),
    save: [region],
    gradient: (dy, [counts]) => {
      const [groups, , pixels] = (counts as Tensor3D).shape;
      return [mul(reshape(counts as Tensor3D, [groups, pixels, 1]), expandDims<Tensor3D>(dy as Tensor2D, 1))];
    },
  }));
}

/** [groups, count, c] → [groups, c] */
function added(values: Tensor3D): Tensor2D {
  const [groups, count, classes] = values.shape;
  const length = chainLength(count);
  if (count <= CHAIN || count % length !== 0) return sum<Tensor2D>(values, 1);
  const sums = sum<Tensor2D>(reshape(values, [(groups * count) / length, length, classes]), 1);
  return added(reshape(sums, [groups, count / length, classes]));
}

/** The longest chain that divides a count evenly, where there is one of some length; else the longest. */
function chainLength(count: number): number {
  for (let length = CHAIN; length >= CHAIN / 8; length--) if (count % length === 0) return length;
  return CHAIN;
}
