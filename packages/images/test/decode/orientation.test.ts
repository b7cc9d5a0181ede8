import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeImage, type ImageOptions } from '../../src/index.ts';

const HEIGHT = 4;
const WIDTH = 6;

/** A picture whose left column is red and whose top row is otherwise green, with an orientation in its EXIF. */
async function pictureOf(orientation: number, height = HEIGHT, width = WIDTH): Promise<Uint8Array> {
  const pixels = new Uint8Array(height * width * 3);
  for (let x = 0; x < width; x++) pixels[3 * x + 1] = 255;
  for (let y = 0; y < height; y++) pixels.set([255, 0, 0], 3 * y * width);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .withMetadata({ orientation })
    .webp({ lossless: true })
    .toBuffer();
}

async function decoded(orientation: number, options: ImageOptions = {}, label?: readonly [number, number]) {
  const size = label === undefined ? undefined : { height: label[0], width: label[1] };
  return decodeImage(await pictureOf(orientation), 'x.webp', options, size);
}

/** Where the red edge lies. */
function redEdge({ height, width, data }: Awaited<ReturnType<typeof decodeImage>>): string {
  const red = (y: number, x: number): boolean => data[3 * (y * width + x)] === 255;
  const rows = Array.from({ length: height }, (_, y) => y);
  const columns = Array.from({ length: width }, (_, x) => x);
  if (rows.every((y) => red(y, 0))) return 'left';
  if (rows.every((y) => red(y, width - 1))) return 'right';
  if (columns.every((x) => red(0, x))) return 'top';
  return columns.every((x) => red(height - 1, x)) ? 'bottom' : 'none';
}

describe('the orientation that a camera noted', () => {
  test.each([
    [5, 'top'],
    [6, 'top'],
    [7, 'bottom'],
    [8, 'bottom'],
  ])('%i is applied where the label has the turned size, and that is said', async (orientation, edge) => {
    const image = await decoded(orientation, {}, [WIDTH, HEIGHT]);
    expect([image.height, image.width]).toEqual([WIDTH, HEIGHT]);
    expect(redEdge(image)).toBe(edge);
    expect(image.notes.join()).toMatch(/orientation \d.*was done.*turned size/);
  });

  test.each([2, 3, 4, 5, 6, 7, 8])(
    '%i is not applied where the label has the stored size, and that is said',
    async (orientation) => {
      const image = await decoded(orientation, {}, [HEIGHT, WIDTH]);
      expect([image.height, image.width]).toEqual([HEIGHT, WIDTH]);
      expect(redEdge(image)).toBe('left');
      expect(image.notes.join()).toMatch(/orientation \d.*was not done/);
    },
  );

  test.each([2, 3, 4, 5, 6, 7, 8])(
    'of a square picture, %i can be meant either way, and the options are named',
    async (orientation) => {
      const image = await decodeImage(await pictureOf(orientation, 5, 5), 'x.webp', {}, { height: 5, width: 5 });
      expect(redEdge(image)).toBe('left');
      expect(image.notes.join()).toMatch(/same either way.*images\.orientation: "apply".*"ignore"/);
    },
  );

  test('without a label nothing is applied, and that is said', async () => {
    const image = await decoded(6);
    expect(redEdge(image)).toBe('left');
    expect(image.notes.join()).toContain('no label says');
  });

  test.each([
    [2, 'right'],
    [3, 'right'],
    [4, 'left'],
    [5, 'top'],
    [6, 'top'],
    [7, 'bottom'],
    [8, 'bottom'],
  ])('%i is applied where a config says so, whatever the label', async (orientation, edge) => {
    const image = await decoded(orientation, { orientation: 'apply' }, [HEIGHT, WIDTH]);
    expect(redEdge(image)).toBe(edge);
    expect(image.notes).toEqual([]);
  });

  test('it is ignored in silence only where a config says so', async () => {
    const image = await decoded(6, { orientation: 'ignore' }, [WIDTH, HEIGHT]);
    expect(redEdge(image)).toBe('left');
    expect(image.notes).toEqual([]);
    expect((await decoded(1, {}, [HEIGHT, WIDTH])).notes).toEqual([]);
  });
});
