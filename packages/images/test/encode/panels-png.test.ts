import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { panelsPng } from '../../src/index.ts';

const colors = [
  [10, 20, 30],
  [40, 50, 60],
] as const;

describe('panelsPng', () => {
  test('the image, its label and the prediction beside each other', () => {
    const image = Uint8Array.from([1, 2, 3, 4, 5, 6]);
    const labelled = { height: 1, width: 2, image, label: Uint8Array.from([1, 255]) };
    const { png, height, width } = panelsPng(labelled, Uint8Array.from([0, 1]), colors, 100);
    const picture = decode(png);
    expect([picture.height, picture.width]).toEqual([height, width]);
    const pixels = Array.from({ length: width }, (_, column) => [...picture.data.subarray(3 * column, 3 * column + 3)]);
    const white = [255, 255, 255];
    const gap = [white, white, white, white];
    expect(pixels).toEqual([[1, 2, 3], [4, 5, 6], ...gap, colors[1], white, ...gap, colors[0], colors[1]]);
  });

  test('large images are shown smaller', () => {
    const pixels = 30 * 40;
    const labelled = { height: 30, width: 40, image: new Uint8Array(3 * pixels), label: new Uint8Array(pixels) };
    const { height, width } = panelsPng(labelled, new Uint8Array(pixels), colors, 15);
    expect([height, width]).toEqual([10, 3 * 14 + 8]);
  });
});
