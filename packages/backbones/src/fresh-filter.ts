import type { Random } from '@auto-seg-loss/kernel';

/**
 * Fresh weights of a filter, uniform with He's variance 2 / fan for the outputs (He et al., ICCV 2015; `fan_out` in PyTorch, as
 * torchvision's encoders have it). A ResNet has tens of millions: they come from a generator of 32 bits (sfc32, Doty-Humphrey), which
 * is seeded by `random`, and many times faster.
 * @param shape [rows, columns, in / groups, out]
 */
export function freshFilter(shape: readonly [number, number, number, number], random: Random): Float32Array {
  const [rows, columns, inputs, outputs] = shape;
  const bound = Math.sqrt(6 / (rows * columns * outputs));
  const values = new Float32Array(rows * columns * inputs * outputs);
  let [a, b, c, counter] = Array.from({ length: 4 }, () => random.integer(-(2 ** 31), 2 ** 31 - 1)) as [
    number,
    number,
    number,
    number,
  ];
  for (let index = 0; index < values.length; index++) {
    const bits = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + bits) | 0;
    values[index] = bound * (bits / 2 ** 31);
  }
  return values;
}
