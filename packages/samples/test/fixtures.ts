import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AslError } from '@auto-seg-loss/kernel';
import { encode } from 'fast-png';
import { onTestFinished } from 'vitest';

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'asl-samples-'));
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

/** The error that a promise ends in. */
export async function failure(promise: Promise<unknown>): Promise<AslError> {
  try {
    await promise;
  } catch (error) {
    return error as AslError;
  }
  throw new Error('expected an error');
}
