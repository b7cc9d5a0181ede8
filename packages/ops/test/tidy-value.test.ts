import { memory, ones } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { tidyValue } from '../src/index.ts';

test('a value is given as it is, without a look at what is in it, and tensors made on the way are gone', () => {
  const unseen = new Proxy({}, { ownKeys: () => expect.unreachable('what the value holds is looked at') });
  const before = memory().numTensors;
  const value = tidyValue(() => {
    ones([3]);
    return unseen;
  });
  expect(value).toBe(unseen);
  expect(memory().numTensors).toBe(before);
});
