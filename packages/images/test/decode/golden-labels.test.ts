import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { isAslError } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { decodeLabel, type LabelValues } from '../../src/index.ts';

interface GoldenLabel {
  readonly name: string;
  readonly file: string;
  readonly height: number;
  readonly width: number;
  readonly slices: number;
  readonly channels: number;
  readonly sha256: string;
}

interface GoldenRefusal {
  readonly name: string;
  readonly file: string;
  readonly says: readonly string[];
}

// Written by Pillow, tifffile, nibabel and numpy, with what they read: golden/make-labels.py.
const { labels, refused } = JSON.parse(
  gunzipSync(readFileSync(new URL('../golden/labels.json.gz', import.meta.url))).toString(),
) as { readonly labels: readonly GoldenLabel[]; readonly refused: readonly GoldenRefusal[] };

function hash({ data }: LabelValues): string {
  return createHash('sha256').update(Int32Array.from(data)).digest('hex');
}

describe("labels have the values that other people's readers see", () => {
  test('the archive holds all of its kinds', () => {
    expect(labels.length).toBeGreaterThan(500);
    expect(refused.length).toBeGreaterThan(90);
  });

  test.each(labels)('$name', async ({ file, height, width, slices, channels, sha256 }) => {
    const label = await decodeLabel(Buffer.from(file, 'base64'), 'a/label');
    const { data } = label;
    expect({ height, width, slices, channels }).toEqual({
      height: label.height,
      width: label.width,
      slices: label.slices,
      channels: label.channels,
    });
    expect(data.length).toBe(height * width * slices * channels);
    expect(hash(label), [...data].join(' ')).toBe(sha256);
  });
});

describe('files that cannot be used are named, with what is wrong', () => {
  test.each(refused)('$name', async ({ file, says }) => {
    const error: unknown = await decodeLabel(Buffer.from(file, 'base64'), 'a/label').catch((reason) => reason);
    if (!isAslError(error)) throw new Error(`not refused: ${JSON.stringify(error)}`);
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(error.details.where).toBe('a/label');
    const text = error.format();
    for (const part of says) expect(text).toContain(part);
    expect(error.details.expected).toBeDefined();
    expect(error.details.remedy).toBeDefined();
  });
});
