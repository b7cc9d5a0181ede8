import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import { type Album, albums, drawAlbum } from '@auto-seg-loss/testing';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

function expectSound({ classes, pictures }: Album): void {
  expect(pictures.length).toBeGreaterThan(0);
  for (const { height, width, label, prediction } of pictures) {
    expect([label.length, prediction.length]).toEqual([height * width, height * width]);
    expect(height * width).toBeGreaterThan(0);
    expect(prediction.every((value) => value < classes)).toBe(true);
    expect(label.every((value) => value < classes || value === IGNORE_LABEL)).toBe(true);
  }
}

/** The smallest album with a property, as fast-check finds it. */
function smallest(arbitrary: fc.Arbitrary<Album>, has: (album: Album) => boolean, seed = 1): Album {
  const { counterexample } = fc.check(
    fc.property(arbitrary, (album) => !has(album)),
    { seed, numRuns: 2000 },
  );
  if (counterexample === null) throw new Error('no album has it');
  return counterexample[0];
}

const pixels = ({ pictures }: Album) =>
  pictures.flatMap(({ label, prediction }) => Array.from(label, (value, i) => [value, prediction[i]] as const));

describe('albums', () => {
  test.prop([albums()], { numRuns: 300 })('hold classes, and ignored pixels in labels only', expectSound);

  test.prop([albums({ classes: [3, 3], pictures: [2, 2], sides: [4, 6], ignored: false, oneSize: true })])(
    'are as asked',
    (album) => {
      expectSound(album);
      const [first, second] = album.pictures;
      expect(album.classes).toBe(3);
      expect(album.pictures).toHaveLength(2);
      expect([first?.height, first?.width]).toEqual([second?.height, second?.width]);
      expect(first?.height).toBeGreaterThanOrEqual(4);
      expect(first?.width).toBeLessThanOrEqual(6);
      expect(pixels(album).some(([label]) => label === IGNORE_LABEL)).toBe(false);
    },
  );

  test('have what metrics trip over, each often enough to be tried in a hundred runs', () => {
    const drawn = fc.sample(albums(), { numRuns: 2000, seed: 7 });
    const share = (has: (album: Album) => boolean) => drawn.filter(has).length / drawn.length;
    const ofLabels = (album: Album) => pixels(album).map(([label]) => label);
    const kinds: Record<string, (album: Album) => boolean> = {
      'ignored pixels': (album) => ofLabels(album).includes(IGNORE_LABEL),
      'nothing but ignored pixels': (album) => ofLabels(album).every((label) => label === IGNORE_LABEL),
      'a perfect prediction': (album) => pixels(album).every(([label, p]) => label === p || label === IGNORE_LABEL),
      'a class that no label has': (album) => new Set(ofLabels(album)).size < album.classes,
      'all classes in every label': ({ classes, pictures }) =>
        classes > 1 && pictures.every(({ label }) => new Set(label.filter((v) => v < classes)).size === classes),
      'a class that is predicted only': ({ pictures }) =>
        pictures.some(({ label, prediction }) => prediction.some((value) => !label.includes(value))),
      'several pictures': ({ pictures }) => pictures.length > 1,
      'one pixel': ({ pictures }) => pictures.some(({ label }) => label.length === 1),
      'a row of bits that is a whole word': ({ pictures }) => pictures.some(({ width }) => width % 32 === 0),
      'more than a word of bits': ({ pictures }) => pictures.some(({ width }) => width > 32),
    };
    for (const [kind, has] of Object.entries(kinds)) expect(share(has), kind).toBeGreaterThan(0.01);
    // A thin line: a class whose pixels all have other classes on both sides.
    const isThin = ({ label, width }: Album['pictures'][number]) =>
      [...new Set(label)].some((value) =>
        label.every((each, i) => each !== value || (label[i - 1] !== value && i % width > 0)),
      );
    expect(share(({ pictures }) => pictures.some(isThin))).toBeGreaterThan(0.05);
  });

  test('shrink to the pixels that matter', () => {
    const wrong = smallest(albums(), (album) => pixels(album).some(([label, p]) => label < 5 && label !== p));
    expect(pixels(wrong)).toHaveLength(1);
    expect(wrong.classes).toBe(2);

    const ignored = smallest(albums(), (album) =>
      pixels(album).some(([label, p]) => label === IGNORE_LABEL && p === 1),
    );
    expect(pixels(ignored)).toEqual([[IGNORE_LABEL, 1]]);

    const pair = smallest(albums(), ({ pictures }) =>
      pictures.some(({ label, width }) => label.some((value, i) => value === 2 && i % width > 0 && label[i - 1] === 1)),
    );
    expect(pixels(pair).map(([label]) => label)).toEqual([1, 2]);
    expect(pair.classes).toBe(3);

    const several = smallest(albums({ pictures: [2, 4] }), ({ pictures }) =>
      pictures.some(({ prediction }) => prediction.includes(1)),
    );
    expect(several.pictures).toHaveLength(2);
    expect(pixels(several).filter(([, p]) => p === 1)).toHaveLength(1);
  });

  test('stay sound, and as asked, while they shrink', () => {
    const arbitrary = albums({ classes: [2, 4], pictures: [2, 3], sides: [3, 9], oneSize: true });
    fc.assert(
      fc.property(fc.noShrink(fc.integer()), (seed) => {
        fc.check(
          fc.property(arbitrary, (album) => {
            expectSound(album);
            expect(album.classes).toBeGreaterThanOrEqual(2);
            expect(album.pictures.length).toBeGreaterThanOrEqual(2);
            for (const { height, width } of album.pictures) {
              expect(Math.min(height, width)).toBeGreaterThanOrEqual(3);
              expect([height, width]).toEqual([album.pictures[0]?.height, album.pictures[0]?.width]);
            }
            // Shrinks as far as it can.
            return false;
          }),
          { seed, numRuns: 1 },
        );
      }),
      { numRuns: 20 },
    );
  });

  test('are drawn as text', () => {
    const album: Album = {
      classes: 3,
      pictures: [
        {
          height: 2,
          width: 3,
          label: Uint8Array.of(0, 1, IGNORE_LABEL, 2, 2, 2),
          prediction: Uint8Array.of(0, 0, 0, 1, 2, 2),
        },
      ],
    };
    expect(drawAlbum(album)).toBe(
      ['3 classes, · ignored', 'label   prediction   (2×3)', '01·     000', '222     122'].join('\n'),
    );
  });
});
