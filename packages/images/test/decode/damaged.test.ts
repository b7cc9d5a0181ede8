import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { isAslError } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { decodeImage, decodeLabel, type LabelValues } from '../../src/index.ts';

interface Golden {
  readonly name: string;
  readonly file: string;
}

function archive(name: string): { readonly [key in 'labels' | 'images']: readonly Golden[] } {
  return JSON.parse(gunzipSync(readFileSync(new URL(`../golden/${name}.json.gz`, import.meta.url))).toString());
}

const { labels } = archive('labels');
const { images } = archive('images');
/** Formats in which every byte of the values is under a checksum. */
const checked = labels.filter(({ name }) => /PNG|npz|zipped/.test(name));
const bytesOf = ({ file }: Golden): Uint8Array => Buffer.from(file, 'base64');

/** The values, or undefined for a file that is refused by its name; anything else that is thrown is a defect. */
async function valuesOf(bytes: Uint8Array): Promise<Pick<LabelValues, 'height' | 'width' | 'data'> | undefined> {
  try {
    const { height, width, data } = await decodeLabel(bytes, 'the/label');
    return { height, width, data };
  } catch (error) {
    if (!isAslError(error) || error.code !== 'ASL_DATA_INVALID' || error.details.where !== 'the/label') throw error;
    return undefined;
  }
}

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('a damaged file is refused by its name, or has the values of the whole one', () => {
  test.prop([fc.constantFrom(...labels), position], { numRuns: 1500 })('cut short', async (golden, share) => {
    const whole = bytesOf(golden);
    const values = await valuesOf(whole.subarray(0, Math.floor(share * whole.length)));
    if (values !== undefined) expect(values).toEqual(await valuesOf(whole));
  });

  test.prop([fc.constantFrom(...labels), fc.nat({ max: 24 })], { numRuns: 500 })(
    'without its last bytes',
    async (golden, count) => {
      const whole = bytesOf(golden);
      const values = await valuesOf(whole.subarray(0, whole.length - 1 - count));
      if (values !== undefined) expect(values).toEqual(await valuesOf(whole));
    },
  );

  test.prop([fc.constantFrom(...checked), position, fc.nat({ max: 7 })], { numRuns: 1500 })(
    'with a changed bit, where the format has checksums',
    async (golden, share, bit) => {
      const whole = bytesOf(golden);
      const changed = Uint8Array.from(whole);
      const at = Math.floor(share * changed.length);
      changed[at] = (changed[at] as number) ^ (1 << bit);
      const values = await valuesOf(changed);
      if (values !== undefined) expect(values).toEqual(await valuesOf(whole));
    },
  );
});

describe('whatever a file holds, nothing but its refusal is thrown', () => {
  const changes = fc.array(fc.tuple(position, fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 });
  const damage = (golden: Golden, edits: readonly (readonly [number, number])[]): Uint8Array => {
    const bytes = Uint8Array.from(bytesOf(golden));
    // Most of what can go wrong is said in the first bytes.
    for (const [share, value] of edits) bytes[Math.floor(share ** 3 * bytes.length)] = value;
    return bytes;
  };

  test.prop([fc.constantFrom(...labels), changes], { numRuns: 3000 })('labels', async (golden, edits) => {
    await valuesOf(damage(golden, edits));
  });

  test.prop([fc.constantFrom(...labels), fc.uint8Array({ maxLength: 300 })], { numRuns: 500 })(
    'labels of a known beginning',
    async (golden, rest) => {
      await valuesOf(Buffer.concat([bytesOf(golden).subarray(0, 30), rest]));
    },
  );

  test.prop([fc.constantFrom(...images), changes], { numRuns: 500 })('images', async (golden, edits) => {
    const error: unknown = await decodeImage(damage(golden, edits), 'the/image').catch((reason) => reason);
    if (error instanceof Error && !isAslError(error)) throw error;
    if (isAslError(error)) expect(error.details.where).toBe('the/image');
  });
});
