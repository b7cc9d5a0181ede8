import type { Values } from '../tensors.ts';

/** Convolution by its definition, with TensorFlow's SAME padding or the same number of zeros on all sides. */
export function convolution(
  x: Values,
  filter: Values,
  stride: number,
  dilation: number,
  kind: 'same' | 'symmetric' = 'same',
): Values {
  const [n, h, w, from] = x.shape as [number, number, number, number];
  const [rows, columns, , to] = filter.shape as [number, number, number, number];
  const [outH, outW] = [Math.ceil(h / stride), Math.ceil(w / stride)];
  const padding = (size: number, out: number, taps: number): number =>
    kind === 'symmetric'
      ? ((taps - 1) * dilation) / 2
      : Math.floor(Math.max(0, (out - 1) * stride + (taps - 1) * dilation + 1 - size) / 2);
  const [top, left] = [padding(h, outH, rows), padding(w, outW, columns)];
  const data = new Float64Array(n * outH * outW * to);
  for (let image = 0; image < n; image++)
    for (let i = 0; i < outH; i++)
      for (let j = 0; j < outW; j++)
        for (let r = 0; r < rows; r++)
          for (let q = 0; q < columns; q++) {
            const [y, z] = [i * stride + r * dilation - top, j * stride + q * dilation - left];
            if (y < 0 || y >= h || z < 0 || z >= w) continue;
            for (let a = 0; a < from; a++)
              for (let b = 0; b < to; b++) {
                const at = ((image * outH + i) * outW + j) * to + b;
                const product =
                  (x.data[((image * h + y) * w + z) * from + a] as number) *
                  (filter.data[((r * columns + q) * from + a) * to + b] as number);
                data[at] = (data[at] as number) + product;
              }
          }
  return { shape: [n, outH, outW, to], data };
}
