import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { decodeLabel } from '../src/index.ts';

test('a grey PNG gives its values', async () => {
  const png = encode({ width: 3, height: 2, data: Uint8Array.of(0, 1, 2, 3, 254, 255), depth: 8, channels: 1 });
  const label = await decodeLabel(png, 'x.png');
  expect(label).toEqual({
    height: 2,
    width: 3,
    slices: 1,
    channels: 1,
    data: Uint8Array.of(0, 1, 2, 3, 254, 255),
    kind: 'grey PNG, 8 bits',
  });
});
