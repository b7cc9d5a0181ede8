import { Random, type Sample } from '@auto-seg-loss/kernel';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { findTwins } from '../../../src/data/inspect/find-twins.ts';
import { imagePrint } from '../../../src/data/inspect/image-print.ts';
import { blank, noisy, picture } from './pictures.ts';

const twinsOf = (samples: readonly Sample[]) => findTwins(samples.map(imagePrint));
const pictures = Array.from({ length: 30 }, (_, i) => picture(`picture ${i}`));
const [first, second, third] = pictures as [Sample, Sample, Sample];

describe('twins', () => {
  test('are none among different pictures', () => {
    expect(twinsOf(pictures)).toEqual([]);
  });

  test('are equal images, whatever their names; images of one colour are none', () => {
    const samples = [
      first,
      second,
      { ...first, id: 'copy' },
      blank('a', 0),
      third,
      blank('b', 0),
      { ...first, id: 'c' },
    ];
    expect(twinsOf(samples)).toEqual([{ likeness: 'equal', images: [0, 2, 6], labelsDiffer: false }]);
  });

  test.each([
    ['another compression', noisy(first, 6)],
    ['half the size', picture(first.id, 24, 32)],
    ['a size of its own', picture(first.id, 100, 90)],
  ])('are nearly equal in %s', (_, copy) => {
    expect(twinsOf([second, first, third, copy])).toEqual([
      { likeness: 'nearly-equal', images: [1, 3], labelsDiffer: false },
    ]);
  });

  test('are not the pictures in which something moved', () => {
    const moved = { ...first, image: Uint8Array.from(first.image) };
    // 6 × 6 of 48 × 64 pixels.
    for (let y = 20; y < 26; y++) moved.image.fill(255, (y * 64 + 30) * 3, (y * 64 + 36) * 3);
    expect(twinsOf([first, moved])).toEqual([]);
  });

  test('with other pixels in equal sizes only: the same bytes in another shape are another image', () => {
    const turned = { ...first, height: first.width, width: first.height };
    expect(twinsOf([first, turned])).toEqual([]);
  });

  test('that are equal and have other labels contradict each other', () => {
    const label = new Uint8Array(first.label.length).fill(1);
    expect(twinsOf([first, { ...first, label }])).toEqual([{ likeness: 'equal', images: [0, 1], labelsDiffer: true }]);
    // The labels of a smaller copy are others in any case.
    const half = picture(first.id, 24, 32);
    expect(twinsOf([first, { ...half, label: half.label.fill(1) }])[0]?.labelsDiffer).toBe(false);
  });

  // What the sorting by means leaves out is none.
  const copies = fc.array(fc.tuple(fc.nat(7), fc.nat(4), fc.nat(1000)), { maxLength: 16 });
  test.prop([copies], { numRuns: 60 })('are the same as those of every pair alone, in whatever order', (list) => {
    const samples = list.map(([which, strength, seed]) =>
      strength === 0 ? (pictures[which] as Sample) : noisy(pictures[which] as Sample, 3 * strength, seed),
    );
    const prints = samples.map(imagePrint);
    const groups = findTwins(prints).map(({ images }) => images);
    const together = (a: number, b: number): boolean => groups.some((group) => group.includes(a) && group.includes(b));
    for (const [a, one] of prints.entries())
      for (const [b, other] of prints.entries())
        if (a < b && findTwins([one, other]).length > 0) expect(together(a, b)).toBe(true);
    expect(groups.flat()).toHaveLength(new Set(groups.flat()).size);
    // What is together shows the same picture.
    for (const group of groups) expect(new Set(group.map((index) => list[index]?.[0])).size).toBe(1);
    const order = Random.fromSeed(5).shuffle([...prints.keys()]);
    const shuffled = findTwins(order.map((index) => prints[index] as (typeof prints)[number]));
    const back = shuffled.map(({ images }) => images.map((at) => order[at] as number).sort((a, b) => a - b));
    expect(back.sort((a, b) => (a[0] as number) - (b[0] as number))).toEqual(groups);
  });
});
