import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { plugin } from '@auto-seg-loss/dataset-folder';
import type { AslError, Dataset } from '@auto-seg-loss/kernel';
import { encode } from 'fast-png';
import { onTestFinished } from 'vitest';

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'asl-folder-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** A grey PNG; `value` of the pixel at (row, column). */
export function greyPng(
  height: number,
  width: number,
  value: number | ((y: number, x: number) => number) = 0,
): Uint8Array {
  const at = typeof value === 'number' ? () => value : value;
  const data = Uint8Array.from({ length: height * width }, (_, i) => at(Math.floor(i / width), i % width));
  return encode({ width, height, data, depth: 8, channels: 1 });
}

/** An RGB PNG whose pixels are (y, x, tint). */
export function colourPng(height: number, width: number, tint: number): Uint8Array {
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return [Math.floor(pixel / width), pixel % width, tint][i % 3] as number;
  });
  return encode({ width, height, data, depth: 8, channels: 3 });
}

/** Two training samples and one for val, in plain folders of 4 × 6 pixels, three classes. */
export function plainFolders(): Record<string, string | Uint8Array> {
  const label = greyPng(4, 6, (y, x) => (y + x) % 3);
  return {
    'train/images/a.png': colourPng(4, 6, 1),
    'train/labels/a.png': label,
    'train/images/b.png': colourPng(4, 6, 2),
    'train/labels/b.png': label,
    'val/images/c.png': colourPng(4, 6, 3),
    'val/labels/c.png': label,
  };
}

export const PLAIN = {
  classes: 3,
  train: { images: 'train/images', labels: 'train/labels' },
  val: { images: 'val/images', labels: 'val/labels' },
} as const;

/** Makes the data set as a run does: options through the schema, then `create`. */
export async function open(
  root: string,
  options: Readonly<Record<string, unknown>> = PLAIN,
  cacheDir?: string,
): Promise<Dataset> {
  const parsed = plugin.options.parse({ root, ...options });
  return plugin.create(parsed, { baseDir: root, cacheDir: cacheDir ?? join(root, '.cache') });
}

/** The error that a promise ends in. */
export async function failure(promise: Promise<unknown>): Promise<AslError> {
  try {
    await promise;
  } catch (error) {
    return error as AslError;
  }
  throw new Error('expected an error');
}
