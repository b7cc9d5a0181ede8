import { expect, test } from 'vitest';
import { loadWithTwins } from '../../src/data/load-with-twins.ts';
import { SampleStore } from '../../src/data/sample-store.ts';
import { splitOf } from './fixtures.ts';
import { picture } from './inspect/pictures.ts';

test('a split is read once, and its twins are found at the size of the files', async () => {
  const samples = [picture('a'), picture('b'), picture('b', 24, 32), picture('c')];
  let reads = 0;
  const { read, ids } = splitOf(samples);
  const split = {
    ids,
    read: (index: number) => {
      reads++;
      return read(index);
    },
  };
  const { store, twins } = await loadWithTwins(split, {
    images: 'fitted',
    size: [8, 8],
    classes: 1,
    where: 'training',
  });
  expect(reads).toBe(4);
  expect(twins).toEqual([[1, 2]]);
  const plain = await SampleStore.load(split, { size: [8, 8], classes: 1 });
  for (const index of samples.keys()) expect(await store.sample(index)).toEqual(plain.sample(index));
});
