import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Random } from '@auto-seg-loss/kernel';
import { encode } from 'fast-png';

export const [HEIGHT, WIDTH] = [32, 48];

/** A bright rectangle on noise, and its mask. */
export interface Masked {
  readonly image: Uint8Array;
  readonly inside: readonly boolean[];
}

export function masked(seed: string): Masked {
  const random = Random.fromSeed(seed);
  const [top, left] = [random.integer(2, 14), random.integer(2, 26)];
  const inside = Array.from({ length: HEIGHT * WIDTH }, (_, at) => {
    const [y, x] = [Math.floor(at / WIDTH), at % WIDTH];
    return y >= top && y < top + 12 && x >= left && x < left + 14;
  });
  const image = Uint8Array.from({ length: 3 * HEIGHT * WIDTH }, (_, i) =>
    Math.min(255, (inside[Math.floor(i / 3)] === true ? 170 : 60) + random.integer(0, 60)),
  );
  return { image, inside };
}

/** Writes a folder of images and masks. @param value of a mask where the object is. */
export async function writeMasks(folder: string, pairs: Readonly<Record<string, Masked>>, value = 1): Promise<void> {
  for (const [name, { image, inside }] of Object.entries(pairs)) {
    const label = Uint8Array.from(inside, (object) => (object ? value : 0));
    const size = { height: HEIGHT, width: WIDTH };
    await writePng(join(folder, 'images', `${name}.png`), encode({ ...size, channels: 3, depth: 8, data: image }));
    await writePng(join(folder, 'labels', `${name}.png`), encode({ ...size, channels: 1, depth: 8, data: label }));
  }
}

async function writePng(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}
