import { compare, fidelity, search, train } from '@auto-seg-loss/runtime';
import { afterEach, describe, expect, test } from 'vitest';
import { loaded, makeExecutor } from './in-process.ts';
import { failure, pluginSource } from './project.ts';

/** Plugins of tests run in this process: this is how they are told to fail. */
const told = globalThis as { aslTestError?: object | undefined };
const wrong = {
  code: 'ASL_DATA_INVALID',
  details: { where: 'labels/7.png', expected: 'a', received: 'b', remedy: 'c' },
};
const THROWS = `if (globalThis.aslTestError) throw Object.assign(new Error('a label is wrong'), globalThis.aslTestError);`;

afterEach(() => {
  told.aslTestError = undefined;
});

/** Lines with a bend at a half, which fail when they are told to. */
const SURROGATE = `() => { const bent = ([y]) => ({ points: [[0, 0], [0.5, y], [1, 1]],
    value: (x) => (x < 0.5 ? 2 * y * x : y + 2 * (1 - y) * (x - 0.5)), derivative: (x) => (x < 0.5 ? 2 * y : 2 * (1 - y)) });
  return { name: 's', dimensions: () => 1, start: () => [0.5], encode: () => [0.5], fromPoints: () => bent([0.5]),
    decode: (theta) => { ${THROWS} return bent(theta); } }; }`;
const SEARCH = { surrogate: './s.mjs', constraints: [], searcher: { use: 'random', rounds: 1, samples: 6 } };
const surrogate = { 's.mjs': pluginSource('surrogate', 's', 'z.strictObject({})', SURROGATE) };

const LOSS = `() => ({ name: 'l', value: () => { ${THROWS} throw new TypeError('l is no function'); } })`;
const loss = { 'l.mjs': pluginSource('loss', 'l', 'z.strictObject({})', LOSS) };

/** Images of noise; some labels can be told to be all ignored. */
function noise(ignored: 'train' | 'val'): string {
  const split = (part: string, count: number) => `{ ids: [...Array(${count}).keys()].map((i) => '${part}' + i),
    read: async (i) => ({ id: '${part}' + i, height: 32, width: 32, image: Uint8Array.from({ length: 3072 }, (_, k) => (k * 7 + i) % 256),
      label: new Uint8Array(1024).fill(${part === ignored ? 255 : 'i % 2'}) }) }`;
  const create = `() => ({ name: 'd', classes: ['a', 'b', 'c'], train: ${split('train', 4)}, val: ${split('val', 2)}, fingerprint: async () => 'f' })`;
  return pluginSource('dataset', 'd', 'z.strictObject({})', create);
}

describe('an error that a person has to put right keeps its code, its place and its remedy', () => {
  test.each(['trial-started', 'trial-finished', 'reevaluation-started'] as const)(
    'in a search, from %s on',
    async (moment) => {
      const onEvent = ({ type }: { type: string }) => {
        if (type === moment) told.aslTestError = wrong;
      };
      const searching = search(await loaded(SEARCH, surrogate), { makeExecutor, onEvent });
      await expect(searching).rejects.toMatchObject({ ...wrong, message: 'a label is wrong' });
    },
  );

  test('in fidelity', async () => {
    const different = { ...SEARCH, surrogate: 'linear', reevaluation: { candidates: 1, repeats: 0, confirm: 0 } };
    const { folder } = await search(await loaded(different), { makeExecutor });
    let trials = 0;
    const broken: typeof makeExecutor = (init, workers, log) => {
      const executor = makeExecutor(init, workers, log);
      const run: typeof executor.run = (...args) =>
        init.job === 'trial' && ++trials === 3
          ? Promise.reject(Object.assign(new Error('a label is wrong'), wrong))
          : executor.run(...args);
      return { ...executor, run };
    };
    const running = fidelity(folder, { candidates: 5, iterations: 8, makeExecutor: broken });
    await expect(running).rejects.toMatchObject(wrong);
  });

  test.each([
    ['train', (from: Awaited<ReturnType<typeof loaded>>) => train(from, { loss: './l.mjs', makeExecutor })],
    ['compare', (from) => compare(from, { losses: ['./l.mjs'], seeds: 2, makeExecutor })],
    ['compare, choosing rates', (from) => compare(from, { losses: ['./l.mjs'], learningRates: [0.1], makeExecutor })],
  ])('in %s', async (_, run) => {
    told.aslTestError = wrong;
    expect(await failure(run(await loaded({}, loss)))).toMatchObject({ ...wrong, message: 'a label is wrong' });
  });

  test.each(['train', 'val'] as const)('labels of %s that are all ignored', async (part) => {
    const config = await loaded({ dataset: './d.mjs' }, { 'd.mjs': noise(part) });
    const errors = [
      await failure(train(config, { loss: 'cross-entropy', makeExecutor })),
      await failure(compare(config, { losses: ['cross-entropy'], makeExecutor })),
    ];
    for (const error of errors) {
      expect(error).toMatchObject({
        code: 'ASL_DATA_INVALID',
        message: `all labels are ignored: there is nothing to ${part === 'train' ? 'learn' : 'score'}`,
        details: { where: `data set "d", ${part === 'train' ? 'training' : 'val'} split` },
      });
    }
  });
});

test('a process that dies is one of the training, with no advice that would not help', async () => {
  const error = 'the worker process ended with signal SIGKILL, 2 times';
  const dying: typeof makeExecutor = () => ({
    concurrency: 1,
    run: async () => ({ status: 'failed', error }),
    close: async () => {},
  });
  const { network } = await train(await loaded(), { loss: 'cross-entropy', makeExecutor: dying });
  expect(network).toMatchObject({ status: 'failed', error, notFinite: false });
});

test('an error of a plugin names it', async () => {
  const error = await failure(train(await loaded({}, loss), { loss: './l.mjs', makeExecutor }));
  expect([error.code, error.message]).toEqual(['ASL_PLUGIN_FAILED', expect.stringContaining('l is no function')]);
});

test('a value that is not finite is told apart', async () => {
  const training = { size: [32, 32], batchSize: 2, iterations: 3, learningRate: 100 };
  const config = await loaded({ training });
  const { network } = await train(
    { ...config, config: { ...config.config, training: { ...config.config.training, learningRate: 1e38 } } },
    { loss: 'cross-entropy', makeExecutor },
  );
  expect(network).toMatchObject({ status: 'failed', notFinite: true });
  expect(network.status === 'failed' && network.error).toMatch(/finite.* \(after \d iterations?\)$/);
});
