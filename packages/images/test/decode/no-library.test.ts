import { isAslError } from '@auto-seg-loss/kernel';
import { encode } from 'fast-png';
import { expect, test, vi } from 'vitest';
import { decodeImage, decodeLabel } from '../../src/index.ts';

vi.mock('sharp', () => {
  throw new Error('Could not load the "sharp" module using the linux-x64 runtime');
});

const png = encode({ width: 2, height: 1, data: Uint8Array.of(3, 4), depth: 8, channels: 1 });

test('an image library that is not there is no fault of the file', async () => {
  const error: unknown = await decodeImage(png, 'x.png').catch((reason) => reason);
  expect(isAslError(error) && error.code).toBe('ASL_INTERNAL');
  expect(isAslError(error) && error.format()).toContain('npm ci');
});

test('labels are read without it', async () => {
  expect([...(await decodeLabel(png, 'x.png')).data]).toEqual([3, 4]);
});
