import { type Dataset, IGNORE_LABEL, type Sample } from '@auto-seg-loss/kernel';
import { SplitInspector } from '@auto-seg-loss/training';
import { inspectDataset } from '@auto-seg-loss/training/data';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { splitOf } from '../fixtures.ts';
import { blank, noisy, picture } from './pictures.ts';

const [HEIGHT, WIDTH] = [3, 4];
const labels = fc.array(fc.constantFrom<number[]>(0, 1, 2, IGNORE_LABEL), {
  minLength: HEIGHT * WIDTH,
  maxLength: HEIGHT * WIDTH,
});

function labelled(label: readonly number[], index: number): Sample {
  return { ...picture(`${index}`, HEIGHT, WIDTH), label: Uint8Array.from(label) };
}

function datasetOf(train: readonly Sample[], val: readonly Sample[]): Dataset {
  return {
    name: 'made',
    classes: ['sky', 'road', 'car'],
    train: splitOf(train),
    val: splitOf(val),
    fingerprint: async () => 'made',
  };
}

describe('a split', () => {
  test.prop([fc.array(labels, { maxLength: 8 }), fc.integer()])(
    'is counted pixel by pixel, in whatever order its images come',
    (all, seed) => {
      const inspector = new SplitInspector(3);
      const samples = all.map(labelled);
      const order = [...samples.keys()].sort((a, b) => ((a * 7 + seed) % 5) - ((b * 7 + seed) % 5));
      for (const index of order) inspector.add(samples[index] as Sample, index);
      const { images, pixels, ignored, imagesWith, ignoredWhole, oneClass } = inspector.result();
      const flat = all.flat();
      expect(images).toBe(all.length);
      expect(pixels).toEqual([0, 1, 2].map((c) => flat.filter((value) => value === c).length));
      expect(ignored).toBe(flat.filter((value) => value === IGNORE_LABEL).length);
      expect(imagesWith).toEqual([0, 1, 2].map((c) => all.filter((label) => label.includes(c)).length));
      const distinct = all.map((label) => new Set(label.filter((value) => value !== IGNORE_LABEL)).size);
      expect(ignoredWhole).toEqual([...distinct.keys()].filter((index) => distinct[index] === 0));
      expect(oneClass).toEqual([...distinct.keys()].filter((index) => distinct[index] === 1));
      expect(inspector.pixelsOf([0, 2])).toEqual(
        [0, 1, 2].map((c) => [all[0], all[2]].flatMap((label) => label ?? []).filter((value) => value === c).length),
      );
    },
  );
});

describe('a data set', () => {
  test('is read once, and what is in it is said', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => picture(id)) as [Sample, Sample, Sample];
    const note = '16-bit values up to 4095 were divided by 257';
    const train = [
      a,
      b,
      { ...b, id: 'b again', notes: [note] },
      blank('night', 7),
      { ...picture('d', 20, 30), notes: [note] },
    ];
    const val = [{ ...noisy(a, 4), id: 'a again' }, c];
    const read: number[] = [];
    const dataset = datasetOf(train, val);
    const counting = {
      ...dataset,
      train: {
        ...dataset.train,
        read: (index: number) => {
          read.push(index);
          return dataset.train.read(index);
        },
      },
    };
    const progress: (readonly [number, number])[] = [];
    const found = await inspectDataset(counting, { onProgress: (...at) => progress.push(at) });
    expect(read.sort()).toEqual([0, 1, 2, 3, 4]);
    expect(progress.at(-1)).toEqual([7, 7]);
    expect(found.train).toMatchObject({
      images: 5,
      sizes: [
        { height: 48, width: 64, images: 4 },
        { height: 20, width: 30, images: 1 },
      ],
      blank: [3],
      twins: [{ likeness: 'equal', images: [1, 2] }],
      notes: [{ note, images: 2, first: 2 }],
    });
    expect(found.val.images).toBe(2);
    expect(found.shared).toEqual([{ likeness: 'nearly-equal', train: [0], val: [0], labelsDiffer: false }]);
  });

  test('that cannot be read, or is left, ends it', async () => {
    const dataset = datasetOf([picture('a')], [picture('b')]);
    const broken = { ...dataset, val: { ...dataset.val, read: () => Promise.reject(new Error('b is broken')) } };
    await expect(inspectDataset(broken)).rejects.toThrow('b is broken');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(inspectDataset(dataset, { signal })).rejects.toThrow('enough');
  });
});
