import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import { lossFileText } from '@auto-seg-loss/loss-file';
import { fc, test as property } from '@fast-check/vitest';
import { memory, tensor3d, tensor4d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { failure, makeProject } from '../../runtime/test/project.ts';
import type { LossRequest } from '../src/loss-request.ts';
import { lossContent, lossTerms } from '../src/loss-terms.ts';
import { openSearchedLoss } from '../src/open-searched-loss.ts';
import { resolveLoss } from '../src/resolve-loss.ts';

beforeAll(() => openEngine());

const random = Random.fromSeed('sums');
const logits = Float32Array.from({ length: 2 * 3 * 4 * 3 }, () => random.normal());
const labels = Int32Array.from({ length: 2 * 3 * 4 }, () => random.integer(0, 2));

async function valueOfSum(spec: string, request: LossRequest): Promise<number> {
  const { loss } = await resolveLoss(spec, request);
  const [x, y] = [tensor4d(logits, [2, 3, 4, 3]), tensor3d(labels, [2, 3, 4], 'int32')];
  const before = memory().numTensors;
  const value = loss.value(x, y);
  expect(memory().numTensors - before, `tensors that ${spec} leaves`).toBe(1);
  const [number] = value.dataSync();
  for (const tensor of [value, x, y]) tensor.dispose();
  return number as number;
}

async function project(named: LossRequest['named'] = {}): Promise<LossRequest & { readonly cwd: string }> {
  const cwd = await makeProject();
  return { context: { baseDir: cwd, cacheDir: cwd }, cwd, named };
}

/** Writes a published loss as that of a search's folder. */
async function searched({ context, cwd }: LossRequest & { readonly cwd: string }, folder: string): Promise<void> {
  const { file } = await openSearchedLoss('published:miou', { context });
  await mkdir(join(cwd, folder), { recursive: true });
  await writeFile(join(cwd, folder, 'loss.json'), lossFileText(file));
}

const PARTS = ['dice', 'cross-entropy', 'published:miou', 'focal'] as const;
const terms = fc.array(fc.tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.constantFrom(...PARTS)), {
  minLength: 1,
  maxLength: 4,
});
const written = (all: readonly (readonly [number, string])[]): string =>
  all.map(([weight, name]) => `${weight}*${name}`).join('+');

describe('the value of a sum', () => {
  property.prop([terms, fc.double({ min: 0.1, max: 10, noNaN: true }), fc.nat()], { numRuns: 20 })(
    'is linear in the weights, and takes the terms in any order and grouping',
    async (all, factor, cut) => {
      const request = await project();
      const value = await valueOfSum(written(all), request);
      let expected = 0;
      for (const [weight, name] of all) expected += weight * (await valueOfSum(name, request));
      expect(value / expected).toBeCloseTo(1, 5);
      const scaled = all.map(([weight, name]) => [weight * factor, name] as const);
      expect((await valueOfSum(written(scaled), request)) / (factor * value)).toBeCloseTo(1, 5);
      expect(await valueOfSum(written(all.toReversed()), request)).toBeCloseTo(value, 5);
      // (a + b) + c, where a + b is a loss of the config.
      const [first, rest] = [all.slice(0, 1 + (cut % all.length)), all.slice(1 + (cut % all.length))];
      const grouped = { ...request, named: { part: [{ loss: written(first), weight: 1 }] } };
      const whole = rest.length === 0 ? 'part' : `part+${written(rest)}`;
      expect((await valueOfSum(whole, grouped)) / value).toBeCloseTo(1, 5);
    },
  );

  test('options go to every searched part that has them', async () => {
    const request = { ...(await project()), metricOptions: { tolerance: 2 } };
    const { terms: parts, unused } = await resolveLoss('published:bf1+published:miou+dice', request);
    expect(unused).toEqual([]);
    expect(parts.flatMap(({ searched: part }) => (part === undefined ? [] : [part.term.metric]))).toContainEqual(
      expect.objectContaining({ use: 'bf1', tolerance: 2 }),
    );
    expect((await resolveLoss('published:miou+dice', request)).unused).toEqual(['tolerance']);
  });
});

describe('what a name means', () => {
  test('the folder of a search; but a bare name that is a plugin’s means the plugin', async () => {
    const request = await project();
    for (const folder of ['runs/a', 'a+b', 'dice']) await searched(request, folder);
    const kinds = async (spec: string) => (await lossTerms(spec, request)).map(({ part }) => part.kind);
    expect(await kinds('runs/a')).toEqual(['curves']);
    expect(await kinds('a+b')).toEqual(['curves']);
    expect(await kinds('./dice')).toEqual(['curves']);
    expect(await kinds('dice')).toEqual(['plugin']);
    // As a config holds a path that stands alone.
    const named = { own: [{ loss: { use: './runs/a' }, weight: 2 }] };
    expect(await lossTerms('own', { ...request, named })).toMatchObject([{ weight: 2, part: { kind: 'curves' } }]);
    expect((await openSearchedLoss('runs/a', request)).metric.name).toBe('miou');
  });

  test('paths of a config start at its folder, those of the command line at the current one', async () => {
    const request = await project({ mine: [{ loss: 'runs/a+dice', weight: 0.5 }] });
    await searched(request, 'runs/a');
    const elsewhere = { ...request, cwd: await makeProject() };
    expect((await lossTerms('mine', elsewhere)).map(({ weight }) => weight)).toEqual([0.5, 0.5]);
    expect((await failure(resolveLoss('runs/a+dice', elsewhere))).code).toBe('ASL_PLUGIN_NOT_FOUND');
  });

  test('a config’s name before all others; inside of what it means, it is the plugin', async () => {
    const request = await project({
      dice: [{ loss: 'dice', weight: 2 }],
      'ce+dice': [{ loss: 'focal', weight: 1 }],
    });
    expect(await lossContent('dice', request)).toEqual([{ weight: 2, loss: { use: 'dice' } }]);
    expect(await lossContent('ce+dice', request)).toEqual([{ use: 'focal' }]);
  });

  test('a config’s sum names no code by its path: that stands in "use"', async () => {
    const request = await project({ mine: [{ loss: 'dice+./evil.mjs', weight: 1 }] });
    const error = await failure(resolveLoss('mine', request));
    expect([error.code, error.details.where]).toEqual(['ASL_CONFIG_INVALID', 'losses.mine']);
  });

  test.each([
    ['mixx', 'Did you mean "mix"?'],
    ['dise+mix', 'Did you mean "dice"?'],
    ['publshed:miou+mix', 'Did you mean "published:miou"?'],
  ])('%s: the nearest name', async (spec, remedy) => {
    const error = await failure(resolveLoss(spec, await project({ mix: [{ loss: 'dice+focal', weight: 1 }] })));
    expect([error.code, error.details.remedy]).toEqual(['ASL_PLUGIN_NOT_FOUND', remedy]);
  });
});

describe('what a loss is known by', () => {
  test('equal sums are equal, however they are written', async () => {
    const request = await project({
      mix: [
        { loss: { use: 'dice' }, weight: 1 },
        { loss: 'cross-entropy', weight: 1 },
      ],
    });
    const content = (spec: string) => lossContent(spec, request);
    expect(await content('dice+cross-entropy')).toEqual(await content('cross-entropy+dice'));
    expect(await content('mix')).toEqual(await content('cross-entropy+dice'));
    expect(await content('dice+dice')).toEqual(await content('2*dice'));
    expect(await content('0.5*dice+cross-entropy')).not.toEqual(await content('dice+cross-entropy'));
    expect(await content('dice')).toEqual([{ use: 'dice' }]);
  });

  test('a changed file inside of a sum is another loss; a file that moved is not', async () => {
    const request = await project();
    for (const folder of ['a', 'b']) await searched(request, folder);
    const before = await lossContent('0.75*a+0.25*dice', request);
    expect(await lossContent('0.75*b/loss.json+0.25*dice', request)).toEqual(before);
    const { term } = await openSearchedLoss('a', request);
    await writeFile(join(request.cwd, 'a', 'loss.json'), lossFileText({ terms: [{ ...term, absent: 'skip' }] }));
    expect(await lossContent('0.75*a+0.25*dice', request)).not.toEqual(before);
  });
});

describe('options that are set', () => {
  const set = (...all: readonly (readonly [string, unknown])[]) =>
    all.map(([path, value]) => ({ path: path.split('.'), value }));

  test('of the one part that has them, or of the part that is named', async () => {
    const request = await project();
    const uses = async (spec: string, ...options: readonly (readonly [string, unknown])[]) =>
      (await resolveLoss(spec, { ...request, options: set(...options) })).terms.map(({ use, searched: part }) =>
        use === undefined ? part?.term.metric : use,
      );
    expect(await uses('focal', ['gamma', 3])).toMatchObject([{ use: 'focal', gamma: 3 }]);
    expect(await uses('focal+tversky', ['focal.gamma', 3])).toMatchObject([
      { use: 'focal', gamma: 3 },
      { use: 'tversky', gamma: 1 },
    ]);
    expect(await uses('published:miou', ['miou.background', false])).toMatchObject([{ background: false }]);
    expect(await uses('cross-entropy', ['classWeights', '1,2,3'])).toMatchObject([{ classWeights: [1, 2, 3] }]);
  });

  test.each([
    ['dice', 'gamma', 'ASL_USAGE', /one of dice\.classes/],
    ['focal', 'gama', 'ASL_USAGE', /Did you mean "gamma"/],
    ['focal+tversky', 'gamma', 'ASL_USAGE', /focal\.gamma=…, tversky\.gamma=…/],
    ['focal', 'dice.gamma', 'ASL_USAGE', /focal\.OPTION/],
  ])('%s has no single %s', async (spec, path, code, message) => {
    const error = await failure(resolveLoss(spec, { ...(await project()), options: set([path, 3]) }));
    expect(error.code).toBe(code);
    expect(error.format()).toMatch(message);
  });

  test('a value that the plugin refuses', async () => {
    const error = await failure(resolveLoss('focal', { ...(await project()), options: set(['gamma', -1]) }));
    expect([error.code, error.format()]).toEqual(['ASL_OPTIONS_INVALID', expect.stringContaining('gamma')]);
  });
});
