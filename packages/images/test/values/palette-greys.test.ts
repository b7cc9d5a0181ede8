import { isAslError } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { type LabelValues, labelReading, leaveOut, readClasses } from '../../src/index.ts';
import { LABEL_ARGUMENTS } from '../../src/values/option-names.ts';

/** A row of pixels of indices, and the colours that they stand for. */
function indexed(data: readonly number[], colors: readonly (readonly [number, number, number])[]): LabelValues {
  const palette = Uint8Array.from(colors.flat());
  return {
    height: 1,
    width: data.length,
    slices: 1,
    channels: 1,
    data: Uint8Array.from(data),
    palette,
    kind: 'palette GIF',
  };
}

const greys = (...levels: readonly number[]) => levels.map((level) => [level, level, level] as const);

async function classes(label: LabelValues, options: { readonly classes?: number; readonly map?: string }) {
  const { map, ...rest } = options;
  const reading = await labelReading({
    ...rest,
    ...(map === undefined ? {} : { labels: { map } }),
    baseDir: '.',
    names: LABEL_ARGUMENTS,
    where: '--map',
  });
  try {
    return [...readClasses(label, reading, 'a.gif')];
  } catch (error) {
    if (isAslError(error)) return error.format();
    throw error;
  }
}

const OPEN = /a label says one thing by its indices and another by its greys/;

describe('a palette of greys', () => {
  test('that shows class indices is read by them', async () => {
    expect(await classes(indexed([0, 1, 2], greys(0, 100, 200)), { classes: 3 })).toEqual([0, 1, 2]);
    expect(await classes(indexed([0, 1], greys(0, 255)), { classes: 2 })).toEqual([0, 1]);
  });

  test('that a program made of a grey picture is read by its greys, where only they are values', async () => {
    expect(await classes(indexed([0, 1, 1], greys(0, 255)), { map: 'binary' })).toEqual([0, 1, 1]);
    expect(await classes(indexed([1, 0], greys(255, 0)), { map: 'binary-jpeg' })).toMatch(OPEN);
    expect(await classes(indexed([2, 1], greys(9, 4, 3)), { classes: 5, map: 'one-based' })).toMatch(OPEN);
  });

  test('of a mask that is white everywhere is refused: index 0 would make it empty', async () => {
    const text = await classes(indexed([0, 0], greys(255)), { classes: 2 });
    expect(text).toMatch(OPEN);
    expect(text).toContain('at row 0, column 0 index 0, "class 0", which the palette shows as grey 255, no class');
    expect(await classes(indexed([0, 0], greys(255)), { map: 'binary' })).toMatch(OPEN);
  });

  test('whose greys are classes too, but others, is refused', async () => {
    expect(await classes(indexed([0, 1, 2], greys(0, 5, 9)), { classes: 10 })).toMatch(OPEN);
    expect(await classes(indexed([0, 1, 2], greys(0, 5, 9)), { classes: 3 })).toEqual([0, 1, 2]);
  });

  test('whose greys are the indices, and one with a colour, are read by indices', async () => {
    expect(await classes(indexed([0, 2, 1], greys(0, 1, 2)), { classes: 3 })).toEqual([0, 2, 1]);
    expect(await classes(indexed([0, 1], [...greys(255), [1, 0, 0]]), { classes: 2 })).toEqual([0, 1]);
    // Colours of indices that no pixel has do not count.
    expect(await classes(indexed([0, 1], [...greys(0, 1), [9, 0, 0]]), { classes: 2 })).toEqual([0, 1]);
  });

  test('of a mask says by its black what is left out', () => {
    const left = (mask: LabelValues): number[] => {
      const found = Uint8Array.of(7, 7);
      leaveOut(found, mask);
      return [...found];
    };
    expect(left(indexed([0, 0], greys(255)))).toEqual([7, 7]);
    expect(left(indexed([0, 1], greys(255, 0)))).toEqual([7, 255]);
    expect(left(indexed([0, 1], greys(0, 255)))).toEqual([255, 7]);
  });
});
