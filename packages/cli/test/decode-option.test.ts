import type { LoadedConfig } from '@auto-seg-loss/config';
import { expect, test } from 'vitest';
import { decodedBy } from '../src/decode-option.ts';

const decode = [{ use: 'argmax' }, { use: 'rank', for: 'dice' }, { use: 'rank', pruning: 0 }];
const loaded = { config: { metric: { use: 'miou' }, decode } } as unknown as LoadedConfig;

test.each([
  [undefined, decode],
  [['argmax'], [{ use: 'argmax' }]],
  // With the options that the config has, of each of its name.
  [
    ['rank', 'other'],
    [{ use: 'rank', for: 'dice' }, { use: 'rank', pruning: 0 }, { use: 'other' }],
  ],
])('--decode %j', (names, expected) => {
  const made = decodedBy(loaded, names === undefined ? {} : { decode: names });
  expect(made.config).toEqual({ ...loaded.config, decode: expected });
});
