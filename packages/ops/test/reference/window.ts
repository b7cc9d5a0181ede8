import type { Disc } from '@auto-seg-loss/kernel';
import type { Values } from '../tensors.ts';

/** The largest (sign 1) or smallest (sign -1) value within `reach` pixels; `outside` counts beyond the image. */
export function window(x: Values, reach: number, sign: 1 | -1, outside: number): Values {
  return within(x, [reach, reach], () => true, sign, outside);
}

/** As `window`, of a disc. */
export function disc(x: Values, { disc: radius, spacing = [1, 1] }: Disc, sign: 1 | -1, outside: number): Values {
  const [down, right] = spacing.map((side) => Math.ceil(radius / side)) as [number, number];
  const near = (rows: number, columns: number) => Math.hypot(rows * spacing[0], columns * spacing[1]) <= radius + 1e-9;
  return within(x, [down, right], near, sign, outside);
}

function within(
  x: Values,
  [down, right]: readonly [number, number],
  near: (rows: number, columns: number) => boolean,
  sign: 1 | -1,
  outside: number,
): Values {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const data = new Float64Array(x.data.length);
  for (let image = 0; image < n; image++)
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; j++)
        for (let channel = 0; channel < c; channel++) {
          let best = Number.NEGATIVE_INFINITY;
          for (let r = i - down; r <= i + down; r++)
            for (let q = j - right; q <= j + right; q++) {
              if (!near(r - i, q - j)) continue;
              const inside = r >= 0 && r < h && q >= 0 && q < w;
              const value = inside ? (x.data[((image * h + r) * w + q) * c + channel] as number) : outside;
              best = Math.max(best, sign * value);
            }
          data[((image * h + i) * w + j) * c + channel] = sign * best;
        }
  return { shape: x.shape, data };
}
