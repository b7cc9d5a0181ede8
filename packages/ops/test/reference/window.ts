import type { Values } from '../tensors.ts';

/** The largest (sign 1) or smallest (sign -1) value within `reach` pixels; `outside` counts beyond the image. */
export function window(x: Values, reach: number, sign: 1 | -1, outside: number): Values {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const data = new Float64Array(x.data.length);
  for (let image = 0; image < n; image++)
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; j++)
        for (let channel = 0; channel < c; channel++) {
          let best = Number.NEGATIVE_INFINITY;
          for (let r = i - reach; r <= i + reach; r++)
            for (let q = j - reach; q <= j + reach; q++) {
              const inside = r >= 0 && r < h && q >= 0 && q < w;
              const value = inside ? (x.data[((image * h + r) * w + q) * c + channel] as number) : outside;
              best = Math.max(best, sign * value);
            }
          data[((image * h + i) * w + j) * c + channel] = sign * best;
        }
  return { shape: x.shape, data };
}
