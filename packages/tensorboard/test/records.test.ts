import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { encodeRecord, readRecords } from '../src/records.ts';

const records = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
const fileOf = (all: readonly Uint8Array[]): Uint8Array => Buffer.concat(all.map((one) => encodeRecord(one)));
const plain = (all: Iterable<Uint8Array>): readonly (readonly number[])[] => [...all].map((one) => [...one]);

describe('records', () => {
  test('are framed as TensorFlow does it', () => {
    // tensorboard.summary.writer.record_writer of tensorboard 2.21.0, for the same bytes.
    const written = '090000000000000037f97139313233343536373839e5b08ac7';
    expect(Buffer.from(encodeRecord(Buffer.from('123456789'))).toString('hex')).toBe(written);
  });

  test.prop([records, fc.nat()])('cut off anywhere, those that are whole are read', (all, cut) => {
    const file = fileOf(all);
    const at = file.length === 0 ? 0 : cut % (file.length + 1);
    const whole = all.filter((_, index) => fileOf(all.slice(0, index + 1)).length <= at);
    expect(plain(readRecords(file.subarray(0, at)))).toEqual(plain(whole));
  });

  test.prop([records.filter(({ length }) => length > 0), fc.nat(), fc.integer({ min: 0, max: 7 })])(
    'with a bit that is other, none is read that was not written',
    (all, place, bit) => {
      const file = fileOf(all);
      const at = place % file.length;
      file[at] = (file[at] ?? 0) ^ (1 << bit);
      const read = plain(readRecords(file));
      expect(read.length).toBeLessThan(all.length);
      expect(read).toEqual(plain(all).slice(0, read.length));
    },
  );
});
