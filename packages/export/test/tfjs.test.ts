import { spawnSync } from 'node:child_process';
import { defaultClaims, type Metric, type PerClass, piecewiseCurve } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { fc, test as property } from '@fast-check/vitest';
import '@tensorflow/tfjs';
import {
  memory,
  scalar,
  setBackend,
  type Tensor3D,
  type Tensor4D,
  tensor3d,
  tensor4d,
  tidy,
  tile,
  valueAndGrad,
  zeros,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ExportCase, exportCases } from '../../../test/long/export/cases.ts';
import {
  batchOf,
  evaluateTfjs,
  kernelsOf,
  TfjsFolder,
  tfjsSource,
  wrongOnTfjs,
} from '../../../test/long/export/run-tfjs.ts';
import { engines, open } from '../../engine/test/engines.ts';
import { type Batch, upload } from '../../testing/src/tensors/batch.ts';
import { evaluateLoss } from '../../testing/src/tensors/loss-gradient.ts';
import { type CheckCase, checkExportName, exportLoss, suggestedName, traceFormula, traceLoss } from '../src/index.ts';
import { tfjsLossSyntax } from '../src/tfjs/tfjs-loss.ts';
import { handMadeLosses, makeHandMade } from './hand-made-losses.ts';

const cases = exportCases();
const [first] = cases as readonly [ExportCase];
const line = piecewiseCurve([], [{ x0: 0, y0: 0, x1: 0.5, y1: 0.5, x2: 1, y2: 1 }]);
const folder = new TfjsFolder();
afterAll(() => folder.remove());

async function openBackend(name: 'cpu' | (typeof engines)[number]): Promise<void> {
  await open(name === 'cpu' ? 'wasm' : name);
  if (name === 'cpu') await setBackend('cpu');
}

describe.each(['cpu', ...engines] as const)('a TensorFlow.js file on the backend %s', (backend) => {
  beforeAll(() => openBackend(backend));
  afterAll(() => open('wasm'));

  it('is the loss, and leaves no tensors: some of the cases of npm run test:long', async () => {
    const some = cases.filter((_, index) => index % 19 === 0);
    expect(new Set(some.map(({ metric }) => metric.name)).size).toBeGreaterThan(10);
    expect(await wrongOnTfjs(some, folder)).toEqual([]);
  });

  it('makes no number of logits that are not numbers', async () => {
    const ordinary = cases.filter(({ title }) => title.endsWith('ordinary')).slice(0, 9);
    for (const each of ordinary) {
      const { logits, ...batch } = batchOf(each);
      const loss = await folder.load(tfjsSource(each));
      const [value] = evaluateTfjs(loss, { ...batch, logits: logits.with(-1, Number.NaN) });
      expect(value, each.title).toBeNaN();
    }
  });

  it.each(['tidy', 'no tidy'])('keeps the value alone, in %s', async (where) => {
    const loss = await folder.load(tfjsSource(cases.find(({ metric }) => metric.name === 'bf1') ?? first));
    const { logits, labels } = upload(batchOf(first));
    const before = memory().numTensors;
    const value =
      where === 'tidy' ? loss(logits, labels) : valueAndGrad((x: Tensor4D) => loss(x, labels))(logits).value;
    expect(memory().numTensors - before).toBe(where === 'tidy' ? 1 : 2);
    value.dispose();
  });

  it('ignores another label than 255', async () => {
    const each = cases.find(({ title }) => title.startsWith('miou') && title.endsWith('ignored pixels')) ?? first;
    const { labels, ...batch } = batchOf(each);
    const loss = await folder.load(tfjsSource(each));
    const seven = labels.map((label) => (label === 255 ? 1 : label === 1 ? 255 : label));
    expect(seven).toContain(255);
    const swapped = evaluateTfjs((x, y) => loss(x, y, { ignoreLabel: 1 }), { ...batch, labels: seven });
    const without = evaluateTfjs(loss, { ...batch, labels: labels.map((label) => (label === 1 ? 255 : label)) });
    expect(swapped).toEqual(without);
  });

  it('is of many pixels what it is of two, however the backend adds them up', async () => {
    const each = cases.find(({ metric, corners }) => metric.name === 'miou' && !corners) ?? first;
    const of = async (parts: Parameters<typeof tfjsSource>[1]): Promise<readonly number[]> => {
      const loss = await folder.load(tfjsSource(each, parts));
      return [1, 128].map((side) =>
        tidy(() => {
          const logits: Tensor4D = tile(tensor4d([2, 0, -1, 0, 1, 0], [1, 1, 2, 3]), [1, side, side, 1]);
          const labels: Tensor3D = tile(tensor3d([0, 2], [1, 1, 2], 'int32'), [1, side, side]);
          return loss(logits, labels).dataSync()[0] as number;
        }),
      );
    };
    const [two, many] = (await of({})) as [number, number];
    expect(Math.abs(many - two)).toBeLessThan(1e-5);
    const program = traceFormula('dice', (await makeHandMade('dice', {})).formula as NonNullable<Loss['formula']>);
    const [own, more] = (await of({ terms: [], handMade: [{ weight: 1, program }] })) as [number, number];
    expect(Math.abs(more - own)).toBeLessThan(1e-5);
  });

  it.each(handMadeLosses)('is the sum of a metric and of %s %j', async (name, options) => {
    const loss = await makeHandMade(name, options);
    const program = traceFormula(name, loss.formula as NonNullable<Loss['formula']>);
    // At a temperature, which is the metric's alone.
    const each = cases.find(({ title, temperature }) => temperature !== 1 && title.endsWith('ignored pixels')) ?? first;
    const batch = batchOf(each);
    const terms = [{ weight: 0.75, program: traceLoss(each) }];
    const source = tfjsSource(each, { terms, handMade: [{ weight: 0.25, program }] });
    const [value, gradient] = evaluateTfjs(await folder.load(source), batch);
    const [metric, own] = [kernelsOf(each), evaluateLoss(loss, batch)];
    expect(value).toBeCloseTo(0.75 * metric.value + 0.25 * own.value, 5);
    const expected = Array.from(own.gradient, (slope, i) => 0.25 * slope + 0.75 * (metric.gradient[i] as number));
    const largest = Math.max(...expected.map(Math.abs));
    gradient.forEach((slope, i) => void expect(Math.abs(slope - (expected[i] as number)) / largest).toBeLessThan(1e-3));
    const alone = await folder.load(tfjsSource(each, { terms: [], handMade: [{ weight: 1, program }] }));
    expect(evaluateTfjs(alone, batch)[0]).toBeCloseTo(own.value, 5);
  });
});

/** A metric that is called by the first of these words, its operation by the second, its sums by them all. */
function named(words: readonly string[]): Metric {
  const [metric = '', operation = ''] = words;
  return {
    name: metric,
    claims: defaultClaims,
    measure: (m, { prediction, label }) => {
      const both = m.and(operation, prediction, m.dilate(prediction, 1));
      return Object.fromEntries(words.map((word) => [word, m.sum(m.minus(both, label), undefined, 'image')]));
    },
    score: (s, sums) => {
      const total = Object.values(sums as Record<string, PerClass>).reduce((a, b) => s.plus(a, b));
      const value = s.clamp(s.minus(s.scale(2, total), s.meanOverImages(total)), 0, 1);
      return s.mean(s.plus(s.ratio(value, total), s.harmonic(value, s.meanOverImages(value))));
    },
  };
}

function namedSource(words: readonly string[]): string {
  const terms = [0.5, 1].map((weight) => ({
    weight,
    program: traceLoss({ metric: named(words), curves: [line, line], absent: 'skip' }),
  }));
  return exportLoss('tfjs', { name: 'exportedLoss', header: ['A loss.'], terms, cases: [] });
}

describe('a TensorFlow.js file', () => {
  beforeAll(() => open('wasm'));

  const CHUNK = 12;
  const plain = namedSource(Array.from({ length: CHUNK }, (_, index) => `plain${index}`));
  const words = [
    ...new Set([...tfjsLossSyntax.reserved, 'Größe 2', '*/', '2nd', ...(plain.match(/[A-Za-z]\w*/g) ?? [])]),
  ];
  const shuffled = fc.shuffledSubarray(words, { minLength: words.length, maxLength: words.length });
  property.prop([shuffled], { numRuns: 1, endOnFailure: true })(
    'is the same whatever a metric and its parts are called: every word of the file itself',
    async (names) => {
      const evaluated = async (source: string) => evaluateTfjs(await folder.load(source), batchOf(first))[0];
      const expected = await evaluated(plain);
      for (let index = 0; index + CHUNK <= names.length; index += CHUNK) {
        const chunk = names.slice(index, index + CHUNK);
        expect(await evaluated(namedSource(chunk)).catch(String), chunk.join(', ')).toBe(expected);
      }
    },
  );

  it('imports one thing, has lines of 100 columns, and calls sums by their names', () => {
    for (const each of cases.filter((_, index) => index % 8 === 0)) {
      const text = tfjsSource(each);
      expect(text.match(/^import .*/gm)).toEqual(["import * as tf from '@tensorflow/tfjs-core';"]);
      expect(text.split('\n').filter((row) => row.length > 100)).toEqual([]);
      const functions = Array.from(text.matchAll(/^function (\w+)/gm), ([, name]) => name as string);
      const unused = functions.filter((name) => text.split(new RegExp(`\\b${name}\\b`)).length < 3);
      expect(unused, each.title).toEqual([]);
    }
    const bf1 = cases.find(({ metric }) => metric.name === 'bf1') ?? first;
    expect(tfjsSource(bf1)).toContain('const trueSum = sum(edgeOfLabel);');
  });

  it.each([
    [zeros([1, 2, 2, 1]), zeros([1, 2, 2], 'int32'), 'expected logits of at least 2 classes, received 1'],
    [zeros([2, 2, 3]), zeros([2, 2], 'int32'), 'expected logits [N, H, W, C] and labels [N, H, W], received'],
    [zeros([1, 2, 2, 3]), zeros([1, 2, 3], 'int32'), 'received [1,2,2,3] and [1,2,3]'],
    [zeros([1, 2, 2, 3]), zeros([1, 2, 2]), 'received float32 and float32'],
    [zeros([1, 2, 2, 3], 'int32'), zeros([1, 2, 2], 'int32'), 'received int32 and int32'],
    [zeros([1, 2, 2, 3]), scalar(1, 'int32'), 'received [1,2,2,3] and []'],
  ])('refuses what is no batch: %#', async (logits, labels, message) => {
    const loss = await folder.load(tfjsSource(first));
    expect(() => loss(logits as never, labels as never)).toThrow(message);
  });

  it('is called as JavaScript calls functions', () => {
    expect(suggestedName('tfjs', 'boundary-iou dice')).toBe('boundaryIouDiceLoss');
    checkExportName('tfjs', 'lambda');
    for (const name of ['class', 'tf', 'curve', 'andLabel', 'CASES', 'await', 'perClass', 'my-loss', '1st']) {
      expect(() => checkExportName('tfjs', name), name).toThrow('the loss cannot be called so');
    }
  });
});

describe('the check of a file, run by node', () => {
  const [n, h, w, c] = batchOf(first).shape;
  const channelsFirst = (values: ArrayLike<number>): readonly number[] =>
    Array.from({ length: n * c * h * w }, (_, index) => {
      const [image, channel, pixel] = [
        Math.floor(index / (c * h * w)),
        Math.floor(index / (h * w)) % c,
        index % (h * w),
      ];
      return values[(image * h * w + pixel) * c + channel] as number;
    });
  let checked: CheckCase;
  let source = '';
  beforeAll(async () => {
    await open('wasm');
    const batch: Batch = batchOf(first);
    const { value, gradient } = kernelsOf(first);
    const [logits, slopes] = [channelsFirst(batch.logits), channelsFirst(gradient)];
    checked = { shape: [n, c, h, w], logits, labels: [...batch.labels], value, gradient: slopes };
    source = tfjsSource(first, { cases: [checked] });
  });
  const run = (text: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, [folder.write(text), ...args], { encoding: 'utf8', cwd: folder.path });

  it('agrees, also on a backend that is named', () => {
    expect(run(source)).toMatchObject({ status: 0, stdout: '1 cases agree\n' });
    expect(run(source, '@tensorflow/tfjs-backend-wasm')).toMatchObject({ status: 0, stdout: '1 cases agree\n' });
  });

  it.each([
    ['a constant', 'EPSILON = 1e-8', 'EPSILON = 1e-1', /Error: case 1: /],
    ['a slope', 'tf.sub(slope, tf.mul', 'tf.add(slope, tf.mul', /Error: case 1: the gradient differs by /],
  ])('notices %s that is wrong', (_, right, wrong, message) => {
    const text = source.replace(right, wrong);
    expect(text).not.toBe(source);
    const { status, stderr } = run(text);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('agrees whatever word of its own the loss is called, where it can be called so', async () => {
    const own = source.slice(source.indexOf('/** Compares')).match(/\b[A-Za-z]\w*/g) ?? [];
    const words = [...new Set(own)].filter((word) => {
      try {
        checkExportName('tfjs', word);
        return true;
      } catch {
        return false;
      }
    });
    expect(words.length).toBeGreaterThan(20);
    const said = vi.spyOn(console, 'log').mockReturnValue(undefined);
    for (const name of words) {
      const path = folder.write(`${tfjsSource(first, { name, cases: [checked] })}\nexport { check as theCheck };\n`);
      const { theCheck } = (await import(path)) as { theCheck(modules: readonly string[]): Promise<void> };
      await expect(theCheck([]), name).resolves.toBeUndefined();
    }
    expect(said).toHaveBeenCalledTimes(words.length);
    said.mockRestore();
  });

  it('does not run where the file is imported, or copied into a program', () => {
    const program = "console.log('a program');";
    const imported = `import { exportedLoss } from './${folder.write(source).split('/').at(-1)}';\nvoid exportedLoss;\n${program}`;
    const bundled = `${source.replace('export function', 'function')}\nvoid exportedLoss;\n${program}`;
    for (const text of [imported, bundled])
      expect(run(text)).toMatchObject({ status: 0, stdout: 'a program\n', stderr: '' });
  });
});
