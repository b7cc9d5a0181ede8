import { proxyDefaults, trainingDefaults } from '@auto-seg-loss/config';
import { describe, expect, test } from 'vitest';
import { cropNotes } from '../src/inspection/crop-notes.ts';
import { trainingNotes } from '../src/inspection/training-notes.ts';

const sizes = [
  { height: 375, width: 500, images: 7 },
  { height: 600, width: 600, images: 2 },
];

describe('what a search says of crops before its first trial', () => {
  const warmStart = { ...trainingDefaults, images: 'crops' as const, size: [512, 512] as const };
  const crops = { ...proxyDefaults, images: 'crops' as const, size: [512, 512] as const };
  const note =
    '7 of 9 training images are smaller than the crops of 512 × 512 pixels (the smallest is 375 × 500): what is missing is padding, which does not count';

  test('is each note once, and nothing of fitted images or where all are large enough', () => {
    expect(cropNotes({ ...crops, warmStart }, sizes)).toEqual([note]);
    expect(cropNotes({ ...crops, warmStart: null }, sizes)).toEqual([note]);
    expect(cropNotes(proxyDefaults, sizes)).toEqual([]);
    expect(cropNotes({ ...crops, size: [128, 128], warmStart: null }, sizes)).toEqual([]);
    expect(cropNotes({ ...proxyDefaults, warmStart }, sizes)).toEqual([note]);
  });

  test('names the options of crops that no image fills a quarter of', () => {
    const large = { ...warmStart, size: [2048, 2048] as const };
    expect(() => cropNotes({ ...crops, warmStart: large }, sizes)).toThrow(
      expect.objectContaining({
        code: 'ASL_CONFIG_INVALID',
        details: expect.objectContaining({ where: 'proxy.warmStart.size' }),
      }),
    );
  });
});

describe('what is said beside the scores of a network', () => {
  const classes = ['sky', 'pole', 'car'];
  const split = (ids: readonly string[]) => ({ ids, read: () => Promise.reject(new Error('nothing is read')) });
  const dataset = { classes, train: split(['t0', 't1', 't2']), val: split(['v0', 'v1']) };
  const all = { smallImages: undefined, missingClasses: [], shared: [] };
  const options = { size: [64, 64] as const };

  test('is of classes and crops', () => {
    const smallImages = { images: 9, of: 9, smallest: [30, 40] as const };
    const [missing, unseen, padded, ...rest] = trainingNotes(
      { ...all, smallImages, missingClasses: [2] },
      [1],
      options,
      dataset,
    );
    expect(missing).toBe('no pixel of "car" is in the images that were trained on: no network learns it');
    expect(unseen).toMatch(/^no crop showed a pixel of "pole"/);
    expect(padded).toMatch(/^all 9 training images are smaller than the crops of 64 × 64 pixels/);
    expect(rest).toEqual([]);
    expect(trainingNotes(all, [], options, dataset)).toEqual([]);
  });

  test('is of val images that were trained on too, by their names, and what to do', () => {
    const near = { likeness: 'nearly-equal', train: [1, 2], val: [1], labelsDiffer: false } as const;
    const equal = { likeness: 'equal', train: [0], val: [0], labelsDiffer: false } as const;
    expect(trainingNotes({ ...all, shared: [near] }, [], options, dataset)).toEqual([
      '1 of 2 val images is nearly equal to one that was trained on (v1 = t1): scores show in part what was learned by heart. Leave them out of train or of val; asl data names them',
    ]);
    expect(trainingNotes({ ...all, shared: [equal, near] }, [], options, dataset)[0]).toMatch(
      /^2 of 2 val images are equal or nearly equal to some that were trained on \(v0 = t0, v1 = t1\)/,
    );
  });
});
