import { describe, expect, test } from 'vitest';
import { configOptionNames, type LabelReadingInputs, labelReading, valuesOfClasses } from '../../src/index.ts';

type Options = Pick<LabelReadingInputs, 'classes' | 'labels'>;

describe('the value that stands for a class', () => {
  test.each<[string, Options, readonly number[] | undefined]>([
    ['is its index without a map', { classes: 3 }, [0, 1, 2]],
    [
      'is its id of Cityscapes',
      { labels: { map: 'cityscapes' } },
      [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33],
    ],
    ['is one more where 0 is ignored', { classes: 2, labels: { map: 'one-based' } }, [1, 2]],
    ['is 255 for the foreground', { labels: { map: 'binary' } }, [0, 255]],
    ['is that without noise, of masks that were JPEG', { labels: { map: 'binary-jpeg' } }, [0, 255]],
    ['is the lowest of several', { classes: 2, labels: { map: { 9: 0, 4: 0, 6: 1, 5: 1, 1: 'ignore' } } }, [4, 5]],
    ['is none where a class has none', { classes: 2, labels: { map: { 9: 0 } } }, undefined],
    ['is none of labels in colours', { labels: { colors: { a: [0, 0, 0], b: [1, 1, 1] } } }, undefined],
  ])('%s', async (_, options, values) => {
    const names = configOptionNames('dataset.labels');
    const reading = await labelReading({ ...options, baseDir: '.', names, where: 'dataset.labels' });
    expect(valuesOfClasses(reading)).toEqual(values);
  });
});
