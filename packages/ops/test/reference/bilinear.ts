import type { Values } from '../tensors.ts';

/** Bilinear interpolation at half-pixel centres, pixel by pixel; the image's border is repeated outside. */
export function bilinear(x: Values, height: number, width: number): Values {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const data = new Float64Array(n * height * width * c);
  const pixel = (image: number, i: number, j: number, channel: number): number => {
    const row = Math.min(Math.max(i, 0), h - 1);
    const column = Math.min(Math.max(j, 0), w - 1);
    return x.data[((image * h + row) * w + column) * c + channel] as number;
  };
  let at = 0;
  for (let image = 0; image < n; image++)
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++)
        for (let channel = 0; channel < c; channel++) {
          const y = ((i + 0.5) * h) / height - 0.5;
          const z = ((j + 0.5) * w) / width - 0.5;
          const [r, q] = [Math.floor(y), Math.floor(z)];
          data[at++] =
            (1 - (y - r)) * (1 - (z - q)) * pixel(image, r, q, channel) +
            (1 - (y - r)) * (z - q) * pixel(image, r, q + 1, channel) +
            (y - r) * (1 - (z - q)) * pixel(image, r + 1, q, channel) +
            (y - r) * (z - q) * pixel(image, r + 1, q + 1, channel);
        }
  return { shape: [n, height, width, c], data };
}
