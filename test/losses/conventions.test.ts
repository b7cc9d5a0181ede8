import { readFileSync } from 'node:fs';
import { Random } from '@auto-seg-loss/kernel';
import { plugin as crossEntropy } from '@auto-seg-loss/loss-cross-entropy';
import { plugin as dice } from '@auto-seg-loss/loss-dice';
import { plugin as dpce } from '@auto-seg-loss/loss-dpce';
import { plugin as focal } from '@auto-seg-loss/loss-focal';
import { plugin as jaccard } from '@auto-seg-loss/loss-jaccard';
import { plugin as jdt } from '@auto-seg-loss/loss-jdt';
import { plugin as lovasz } from '@auto-seg-loss/loss-lovasz';
import { plugin as ssim } from '@auto-seg-loss/loss-ssim';
import { plugin as tversky } from '@auto-seg-loss/loss-tversky';
import type { Loss } from '@auto-seg-loss/ops';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../packages/engine/test/engines.ts';
import { type Batch, drawBatch, validPixels } from './batch.ts';
import { evaluate } from './equals-reference.ts';

// The table of conventions in docs/losses.md, cell by cell. What numbers they come to is in the plugins' own tests.

const all = [crossEntropy, dice, dpce, focal, jaccard, jdt, lovasz, ssim, tversky];
const plugins = new Map<string, (typeof all)[number]>(all.map((plugin) => [plugin.name, plugin]));

interface Row {
  readonly loss: Loss;
  readonly options: Readonly<Record<string, unknown>>;
  readonly title: string;
  readonly ignored: string;
  readonly absent: string;
  readonly smoothing: string;
  readonly meanOver: string;
  readonly border: string;
}

const docs = readFileSync(new URL('../../docs/losses.md', import.meta.url), 'utf8');
const rows = [...docs.matchAll(/^\| `("[a-z-]+"|\{"use".*?\})` \|(.+)\|$/gm)].map(([, title = '', cells = '']): Row => {
  const written = JSON.parse(title) as string | Readonly<Record<string, unknown>>;
  const { use, ...given } = typeof written === 'string' ? { use: written } : written;
  const plugin = plugins.get(use as string) as typeof dice;
  const options = plugin.options.parse(given);
  const [ignored, absent, smoothing, meanOver, border] = cells.split('|').map((cell) => cell.trim()) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    loss: plugin.create(options, { baseDir: '.', cacheDir: '.' }) as Loss,
    options: { ...options },
    title,
    ignored,
    absent,
    smoothing,
    meanOver,
    border,
  };
});

const value = ({ loss }: Row, batch: Batch): number => evaluate(loss, batch).value;

/** One image of a batch. */
function imageOf({ shape: [, h, w, c], logits, labels }: Batch, index: number): Batch {
  const size = h * w;
  return {
    shape: [1, h, w, c],
    logits: Array.from(logits).slice(index * size * c, (index + 1) * size * c),
    labels: labels.slice(index * size, (index + 1) * size),
  };
}

/** Each pixel of the new batch is that of the old one at `source`; -1 is a new, ignored one. */
function rearranged(
  { shape: [, , , c], logits, labels }: Batch,
  shape: Batch['shape'],
  source: readonly number[],
): Batch {
  return {
    shape,
    logits: source.flatMap((from) =>
      Array.from({ length: c }, (_, k) => (from < 0 ? 5 * k : (logits[from * c + k] as number))),
    ),
    labels: Int32Array.from(source, (from) => (from < 0 ? 255 : (labels[from] as number))),
  };
}

/** The same image inside a frame of ignored pixels. */
function framed(batch: Batch, margin: number): Batch {
  const [, h, w, c] = batch.shape;
  const [tall, wide] = [h + 2 * margin, w + 2 * margin];
  const source = Array.from({ length: tall * wide }, (_, at) => {
    const [row, column] = [Math.floor(at / wide) - margin, (at % wide) - margin];
    return row < 0 || row >= h || column < 0 || column >= w ? -1 : row * w + column;
  });
  return rearranged(batch, [1, tall, wide, c], source);
}

/** The same with one class more, which no label has and whose probability is 0. */
function withAbsentClass({ shape: [n, h, w, c], logits, labels }: Batch): Batch {
  return {
    shape: [n, h, w, c + 1],
    logits: Array.from({ length: n * h * w }, (_, pixel) =>
      Array.from({ length: c + 1 }, (_, k) => (k === c ? -1e4 : (logits[pixel * c + k] as number))),
    ).flat(),
    // 255, since c is a class now.
    labels: labels.map((label) => (label >= c ? 255 : label)),
  };
}

// All classes are in both images, of which the second has more ignored pixels and worse predictions.
const pair = ((): Batch => {
  const { shape, logits, labels } = drawBatch({ shape: [2, 12, 14, 3], scale: 2, ignored: 0.1, absent: 0 });
  const [n, h, w, c] = shape;
  const half = h * w;
  return {
    shape: [n, h, w, c],
    logits: Array.from(logits, (z, index) => (index >= half * c && index % c === 1 ? z + 3 : z)),
    labels: labels.map((label, pixel) => (pixel >= half && pixel % 4 === 0 ? 255 : label)),
  };
})();
const [first, second] = [imageOf(pair, 0), imageOf(pair, 1)];

describe('the table of conventions', () => {
  test('has a row for every loss', () => {
    expect(rows.length).toBeGreaterThanOrEqual(22);
    expect(new Set(rows.map(({ loss }) => loss.name))).toEqual(new Set(plugins.keys()));
  });

  describe.each(engines)('on %s', (engine) => {
    beforeAll(() => open(engine));

    describe.each(rows)('$title', (row) => {
      test('ignored pixels', () => {
        const { gradient } = evaluate(row.loss, pair);
        const slopes = gradient.filter((_, index) => (pair.labels[Math.floor(index / 3)] as number) >= 3);
        expect(slopes.length).toBeGreaterThan(0);
        expect(slopes.every((slope) => slope === 0)).toBe(true);
        // A column of ignored pixels between the halves of an image: windows that take it for 0 see another image than those
        // that leave it out, and pixels alone see none.
        const [, h, w, c] = first.shape;
        const source = Array.from({ length: h * (w + 1) }, (_, at) => {
          const column = at % (w + 1);
          return column === 7 ? -1 : Math.floor(at / (w + 1)) * w + column - (column > 7 ? 1 : 0);
        });
        const split = value(row, rearranged(first, [1, h, w + 1, c], source));
        if (row.border === 'none') expect(split).toBeCloseTo(value(row, first), 6);
        expect(['left out', 'as 0']).toContain(row.ignored);
        expect(row.ignored === 'as 0').toBe(row.options.border === 'zero');
      });

      test('absent class', () => {
        const [own, more] = [value(row, first), value(row, withAbsentClass(first))];
        const factor = { 'left out': 1, counted: 3 / 4 }[row.absent] as number;
        expect(more).toBeCloseTo(own * factor, 5);
      });

      test('smoothing', () => {
        const { smooth } = row.options;
        expect(smooth === undefined ? 'none' : String(smooth)).toBe(row.smoothing);
      });

      test('mean over', () => {
        const [a, b, both] = [value(row, first), value(row, second), value(row, pair)];
        const [pixelsA, pixelsB] = [validPixels(first).length, validPixels(second).length];
        const ofPixels = (a * pixelsA + b * pixelsB) / (pixelsA + pixelsB);
        const ofImages = (a + b) / 2;
        expect(Math.abs(ofPixels - ofImages)).toBeGreaterThan(1e-3);
        if (row.meanOver === 'pixels') expect(both).toBeCloseTo(ofPixels, 5);
        else if (row.meanOver === 'images') expect(both).toBeCloseTo(ofImages, 5);
        else {
          expect(row.meanOver).toBe('batch');
          for (const mean of [ofPixels, ofImages]) expect(Math.abs(both - mean)).toBeGreaterThan(1e-4);
        }
      });

      test('image border', () => {
        const own = value(row, first);
        // Outside is as ignored, for all of them.
        expect(value(row, framed(first, 6))).toBeCloseTo(own, 5);
        const [, h, w] = first.shape;
        const places = Random.fromSeed('places').shuffle(Array.from({ length: h * w }, (_, index) => index));
        const shuffled = value(row, rearranged(first, first.shape, places));
        if (row.border === 'none') expect(shuffled).toBeCloseTo(own, 5);
        else {
          expect(row.border).toBe(row.ignored);
          expect(Math.abs(shuffled - own)).toBeGreaterThan(1e-3);
        }
      });
    });
  });
});
