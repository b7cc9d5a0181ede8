import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { isAslError } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { decodeImage, type ImageOptions } from '../../src/index.ts';

interface GoldenImage {
  readonly name: string;
  readonly file: string;
  readonly height: number;
  readonly width: number;
  readonly rgb: string;
  readonly error: number;
  readonly notes: readonly string[];
  readonly options: ImageOptions;
}

interface GoldenRefusal {
  readonly name: string;
  readonly file: string;
  readonly says: readonly string[];
  readonly options: ImageOptions;
}

// Written by Pillow and tifffile, with the pixels that they see: golden/make-images.py.
const { images, refused } = JSON.parse(
  gunzipSync(readFileSync(new URL('../golden/images.json.gz', import.meta.url))).toString(),
) as { readonly images: readonly GoldenImage[]; readonly refused: readonly GoldenRefusal[] };

describe("images have the pixels that other people's readers see", () => {
  test.each(images)('$name', async ({ file, height, width, rgb, error, notes, options }) => {
    const image = await decodeImage(Buffer.from(file, 'base64'), 'an/image', options);
    expect([image.height, image.width]).toEqual([height, width]);
    const expected = Buffer.from(rgb, 'base64');
    expect(image.data.length).toBe(expected.length);
    const worst = image.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))), 0);
    expect(worst).toBeLessThanOrEqual(error);
    if (notes.length === 0) expect(image.notes).toEqual([]);
    for (const note of notes) expect(image.notes.join('\n')).toContain(note);
  });
});

describe('images that cannot be used are named, with what is wrong', () => {
  test.each(refused)('$name', async ({ file, says, options }) => {
    const reason: unknown = await decodeImage(Buffer.from(file, 'base64'), 'an/image', options).catch((error) => error);
    if (!isAslError(reason)) throw new Error(`not refused: ${JSON.stringify(reason)}`);
    expect(reason.code).toBe('ASL_DATA_INVALID');
    expect(reason.details.where).toBe('an/image');
    const text = reason.format();
    for (const part of says) expect(text).toContain(part);
    expect(reason.details.remedy).toBeDefined();
  });
});
