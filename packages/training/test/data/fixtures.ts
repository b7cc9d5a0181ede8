import { Random, type Sample, type Split } from '@auto-seg-loss/kernel';
import { SampleStore } from '../../src/data/sample-store.ts';

/** A split in memory. */
export function splitOf(samples: readonly Sample[]): Split {
  return {
    ids: samples.map(({ id }) => id),
    read: (index) => Promise.resolve(samples[index] as Sample),
  };
}

/** A sample of random pixels whose label values are below `classes`, or ignored. */
export function noiseSample(id: string, height: number, width: number, classes: number): Sample {
  const random = Random.fromSeed(id);
  return {
    id,
    height,
    width,
    image: Uint8Array.from({ length: height * width * 3 }, () => random.integer(0, 255)),
    label: Uint8Array.from({ length: height * width }, () =>
      random.uniform() < 0.1 ? 255 : random.integer(0, classes - 1),
    ),
  };
}

/** A store of one-coloured samples: sample i has the colour (i, i, i) and the label i. */
export function numberedStore(count: number, size: readonly [number, number]): Promise<SampleStore> {
  const pixels = size[0] * size[1];
  const samples = Array.from({ length: count }, (_, i) => ({
    id: `sample ${i}`,
    height: size[0],
    width: size[1],
    image: new Uint8Array(pixels * 3).fill(i),
    label: new Uint8Array(pixels).fill(i),
  }));
  return SampleStore.load(splitOf(samples), { size, classes: count });
}
