import type { Random } from '@auto-seg-loss/kernel';
import type { Canvas } from './canvas.ts';
import { pixelNoise, valueNoise } from './hash-noise.ts';
import { between, noiseSeed } from './material.ts';

/** What a camera makes of a scene: uneven light, a cast of colour, blur, noise, and eight bits. [h, w, 3] */
export function expose(canvas: Canvas, random: Random, difficulty: number): Uint8Array {
  const { height, width, color } = canvas;
  illuminate(canvas, random, difficulty);
  const softness = between(random, 0.02, 0.1 + 0.2 * difficulty);
  blurAxis(color, { count: height * width, stride: 3, length: width }, softness);
  blurAxis(color, { count: height * width, stride: 3 * width, length: height }, softness);
  const seed = noiseSeed(random);
  const luminance = between(random, 1, 3 + 12 * difficulty);
  const chroma = luminance * between(random, 0.2, 0.6);
  const image = new Uint8Array(color.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const grey = pixelNoise(x, y, seed) * luminance;
      for (let c = 0; c < 3; c++) {
        const value = (color[at + c] as number) + grey + pixelNoise(x, y, seed + c + 1) * chroma;
        image[at + c] = Math.min(Math.max(Math.round(value), 0), 255);
      }
    }
  }
  return image;
}

function illuminate({ height, width, color }: Canvas, random: Random, difficulty: number): void {
  const exposure = between(random, 0.8 - 0.2 * difficulty, 1.1);
  const slope = 0.15 + 0.35 * difficulty;
  const [across, down] = [between(random, -slope, slope), between(random, -slope, slope)];
  const cast = [between(random, 0.93, 1.07), between(random, 0.96, 1.04), between(random, 0.9, 1.1)];
  const [seed, size, patches] = [
    noiseSeed(random),
    width * between(random, 0.2, 0.5),
    between(random, 0, 0.4 * difficulty),
  ];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cloud = valueNoise(x / size, y / size, seed) - 0.5;
      const light = exposure * (1 + across * (x / width - 0.5) + down * (y / height - 0.5) + patches * cloud);
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) color[at + c] = (color[at + c] as number) * light * (cast[c] as number);
    }
  }
}

/** Three taps (k, 1 - 2k, k) along one axis, in place; the border pixel goes on outwards. */
function blurAxis(
  color: Float32Array,
  axis: { readonly count: number; readonly stride: number; readonly length: number },
  k: number,
): void {
  const { stride, length } = axis;
  const rows = axis.count / length;
  const rowStride = stride === 3 ? 3 * length : 3;
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < 3; c++) {
      const start = row * rowStride + c;
      let before = color[start] as number;
      for (let i = 0; i < length; i++) {
        const at = start + i * stride;
        const here = color[at] as number;
        const after = i + 1 < length ? (color[at + stride] as number) : here;
        color[at] = here + k * (before + after - 2 * here);
        before = here;
      }
    }
  }
}
