import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type MakeExecutor,
  readLossFile,
  resumeSearch,
  type SearchEvent,
  type SearchResult,
  search,
} from '@auto-seg-loss/runtime';
import { InlineExecutor, TrialStore } from '@auto-seg-loss/study';
import { encodeSafetensors } from '@auto-seg-loss/weights';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRunner } from '../src/worker.ts';
import { loaded, makeExecutor } from './in-process.ts';
import { failure, pluginSource } from './project.ts';
import { CONFIG } from './search-of-seconds.ts';

/** Rounds and trials are counted from 1 where people see them. */
function placeOf({ found }: SearchResult): object {
  const trial = found?.winner.trial ?? null;
  if (trial === null) return { trial: 'recommended by the searcher' };
  return { trial: trial.number + 1, round: trial.round + 1 };
}

describe('a search', () => {
  test('ends with a signed loss file, and leaves no tensor behind', async () => {
    const events: SearchEvent[] = [];
    const config = await loaded();
    const first = await search(config, { makeExecutor });
    const before = memory().numTensors;
    const result = await search(config, { makeExecutor, onEvent: (event) => events.push(event) });
    expect(memory().numTensors).toBe(before);

    expect(result).toMatchObject({ status: 'complete', folder: join(config.baseDir, 'runs/miou-2') });
    expect(result.trials).toHaveLength(6);
    const path = join(result.folder, 'loss.json');
    const loss = await readLossFile(path);
    expect(result.finalists).toHaveLength(2);
    expect(loss.theta).toEqual(result.finalists[0]?.theta);
    expect(loss.reward).toMatchObject({
      confirmed: true,
      rewards: result.estimate?.rewards,
      interval: result.estimate?.interval,
    });
    expect(loss.found).toMatchObject({ seed: 1, searcher: { use: 'ppo', rounds: 2 }, dataset: { name: 'scenes' } });
    expect(await readFile(path)).toEqual(await readFile(join(first.folder, 'loss.json')));
    expect(loss.found).toMatchObject(placeOf(result));
    expect(loss.reward).toMatchObject({ classes: result.classes });
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain(config.baseDir);

    expect(JSON.parse(await readFile(join(result.folder, 'config.json'), 'utf8'))).toMatchObject({
      surrogate: { use: 'bezier', pieces: 2 },
      dataset: { use: 'scenes', seed: 1 },
    });
    expect(JSON.parse(await readFile(join(result.folder, 'environment.json'), 'utf8'))).toMatchObject({
      threads: 1,
      plugins: { 'metric miou': '0.1.0' },
    });
    expect(events.map(({ type }) => type).filter((type) => type !== 'preparation-progress')).toEqual([
      'run-opened',
      'trainings-planned',
      // The training images are looked at, then the warm start is trained.
      ...[0, 1].flatMap(() => ['preparation-started', 'preparation-finished']),
      'study-started',
      ...[0, 1].flatMap(() => [
        'round-started',
        ...[0, 1, 2].flatMap(() => ['trial-started', 'trial-finished']),
        'round-finished',
      ]),
      'reevaluation-started',
      // The best trial and what the searcher recommends, twice each; then the one that is named, twice more.
      ...[0, 1, 2, 3, 4, 5].flatMap(() => ['trial-started', 'trial-finished']),
    ]);
    // What was announced is what was done.
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'trainings-planned', searched: 6, again: 4, confirm: 2, reference: 0 }),
    );
  });

  test('of more than curves names terms, tries the hand-made losses beside the best, and goes on to the same bytes', async () => {
    const config = await loaded({
      searcher: {
        use: 'sequence',
        searchers: [
          { use: 'gradient', passes: 1, samples: 1 },
          { use: 'random', rounds: 1, samples: 2 },
        ],
      },
      mix: [
        { use: 'tversky', alpha: [0.1, 0.9], beta: [0.1, 0.9] },
        { use: 'cross-entropy', classWeights: { exponent: [0.1, 1] } },
      ],
      temperature: [0.5, 2],
      absent: 'search',
      reevaluation: { candidates: 1, repeats: 1, confirm: 1 },
    });
    const controller = new AbortController();
    const stop = (event: SearchEvent): void => {
      if (event.type === 'trial-finished' && event.finished === 5) controller.abort(new Error('stop'));
    };
    const part = await search(config, { makeExecutor, signal: controller.signal, onEvent: stop });
    expect(part.status).toBe('interrupted');
    const events: SearchEvent[] = [];
    const result = await resumeSearch(part.folder, { makeExecutor, onEvent: (event) => events.push(event) });
    const path = join(part.folder, 'loss.json');
    const { terms, theta, found } = await readLossFile(path);
    expect(theta).toHaveLength(12 + 2 + 3 + 2);
    expect(terms.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
    expect(found).toMatchObject({
      temperature: [0.5, 2],
      absent: 'search',
      mix: [{ use: 'tversky' }, { classWeights: {} }],
    });
    const rivals = result.finalists.flatMap(({ rival }) => (rival === undefined ? [] : [rival]));
    expect(rivals.toSorted()).toEqual(['cross-entropy', 'tversky']);
    const means = result.finalists.map(({ rewards }) => rewards.reduce((sum, each) => sum + each, 0));
    expect(means).toEqual(means.toSorted((a, b) => b - a));
    const started = events.find((event) => event.type === 'reevaluation-started');
    expect(started).toMatchObject({ rivals: ['tversky', 'cross-entropy'] });
    const whole = await search(config, { makeExecutor });
    expect(await readFile(join(whole.folder, 'loss.json'))).toEqual(await readFile(path));
  });

  test('stopped during a trial or the warm start, it goes on to the same bytes', async () => {
    const config = await loaded();
    const whole = await search(config, { makeExecutor });
    const stopAt = async (stop: (event: SearchEvent) => boolean): Promise<string> => {
      const controller = new AbortController();
      const onEvent = (event: SearchEvent): void => {
        if (stop(event)) controller.abort(new Error('stop'));
      };
      const part = await search(config, { makeExecutor, signal: controller.signal, onEvent });
      expect(part).toMatchObject({ status: 'interrupted', found: undefined });
      return part.folder;
    };
    const wanted = await readFile(join(whole.folder, 'loss.json'));
    for (const stop of [
      (event: SearchEvent) => event.type === 'trial-finished' && event.finished === 4,
      (event: SearchEvent) =>
        event.type === 'preparation-progress' && event.job === 'warm-start' && event.done < event.iterations,
    ]) {
      const folder = await stopAt(stop);
      const result = await resumeSearch(folder, { makeExecutor });
      expect(result.status).toBe('complete');
      expect(await readFile(join(folder, 'loss.json'))).toEqual(wanted);
      // Once more: nothing is left to do, and the file is the same.
      await rm(join(folder, 'loss.json'));
      await resumeSearch(folder, { makeExecutor });
      expect(await readFile(join(folder, 'loss.json'))).toEqual(wanted);
    }
  });

  test('each trial can start from fresh weights', async () => {
    const events: SearchEvent[] = [];
    const config = await loaded({
      proxy: { ...CONFIG.proxy, warmStart: null },
      searcher: { use: 'random', rounds: 1, samples: 2 },
    });
    const result = await search(config, { makeExecutor, onEvent: (event) => events.push(event) });
    expect(result.status).toBe('complete');
    expect(events.flatMap((event) => (event.type === 'preparation-started' ? [event.job] : []))).toEqual([
      'inspection',
    ]);
  });

  test('a trial, and a descent, gives signs of life on the way', async () => {
    const signs: Record<string, number> = {};
    const counting: MakeExecutor = (init) => {
      const runner = Promise.resolve(createRunner(init));
      return new InlineExecutor({
        run: async (task, report) => {
          const kind = init.job === 'trial' ? `trial ${task.descent === null ? 'as it is' : 'descending'}` : init.job;
          return (await runner).run(task, report, () => {
            signs[kind] = (signs[kind] ?? 0) + 1;
          });
        },
        dispose: async () => (await runner).dispose?.(),
      });
    };
    const searcher = { use: 'gradient', passes: 1, samples: 1 };
    await search(await loaded({ searcher }), { makeExecutor: counting });
    // The warm start and jobs like it report their iterations.
    expect(Object.keys(signs).sort()).toEqual(['trial as it is', 'trial descending']);
  });

  test('does not go on with other data', async () => {
    const config = await loaded();
    const { folder } = await search(config, { makeExecutor, signal: AbortSignal.abort(new Error('stop')) });
    const store = TrialStore.open(folder);
    const { config: stored, environment } = store.meta;
    store.close();
    // As if the run had been begun on other data.
    const other = join(folder, '../other');
    TrialStore.create(other, { config: stored, environment: { ...(environment as object), data: 'other' } }).close();
    const error = await failure(resumeSearch(other, { makeExecutor }));
    expect(error.code).toBe('ASL_RUN_CHANGED');
    expect(error.details.problems?.map(({ where, expected }) => [where, expected])).toEqual([['data', '"other"']]);
  });

  test('does not go on with other weights for its networks to begin with', async () => {
    const weights = async (folder: string, sha256: string) => {
      const tensors = new Map([['one', { shape: [1], data: Float32Array.of(1) }]]);
      await writeFile(join(folder, 'begin.safetensors'), encodeSafetensors({ tensors, metadata: { sha256 } }));
    };
    // As networks do that begin with a file, which here has no part in them.
    const create = `async (_, { baseDir }) => {
      const bytes = await readFile(baseDir + '/begin.safetensors');
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { name: 'own', build: () => { throw new Error('not built') }, weights: { source: 'begin', sha256, report: '' } };
    }`;
    const imports = `import { createHash } from 'node:crypto';\nimport { readFile } from 'node:fs/promises';\n`;
    const source = imports + pluginSource('network', 'mine', 'z.strictObject({})', create);
    const config = await loaded({ network: './mine.mjs' }, { 'mine.mjs': source, 'begin.safetensors': '' });
    await weights(config.baseDir, 'a');
    const stopped = { makeExecutor, signal: AbortSignal.abort(new Error('stop')) };
    const { folder } = await search(config, stopped);
    await weights(config.baseDir, 'b');
    const error = await failure(resumeSearch(folder, { makeExecutor, allowCode: true }));
    expect(error.code).toBe('ASL_RUN_CHANGED');
    const sha256 = expect.stringMatching(/^"SHA-256 [0-9a-f]{64}"$/);
    expect(error.details.problems).toEqual([{ where: 'network.weights', expected: sha256, received: sha256 }]);
    await weights(config.baseDir, 'a');
    await expect(resumeSearch(folder, { ...stopped, allowCode: true })).resolves.toMatchObject({ folder });
  });

  test('does not go on with a plugin of one file that was edited', async () => {
    const create = `() => ({
      name: 'own',
      measure: ({ sum, and }, { prediction, label }) => ({ hits: sum(and('hits', prediction, label)), label: sum(label) }),
      score: ({ mean, ratio }, { hits, label }) => mean(ratio(hits, label)),
    })`;
    const config = await loaded(
      { metric: './mine.mjs' },
      { 'mine.mjs': pluginSource('metric', 'mine', 'z.strictObject({})', create) },
    );
    const file = join(config.baseDir, 'mine.mjs');
    const { folder } = await search(config, { makeExecutor, signal: AbortSignal.abort(new Error('stop')) });
    await appendFile(file, '// edited\n');
    const error = await failure(resumeSearch(folder, { makeExecutor, allowCode: true }));
    expect(error.code).toBe('ASL_RUN_CHANGED');
    expect(error.details.problems?.map(({ where }) => where)).toEqual(['plugins: metric ./mine.mjs']);
  });

  test('a damaged warm start is noticed', async () => {
    const config = await loaded();
    const { folder } = await search(config, { makeExecutor });
    const other = await search(config, { makeExecutor, signal: AbortSignal.abort(new Error('stop')) });
    const bytes = await readFile(join(folder, 'warm-start.safetensors'));
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    await writeFile(join(other.folder, 'warm-start.safetensors'), bytes);
    expect((await failure(resumeSearch(other.folder, { makeExecutor }))).code).toBe('ASL_STATE_CORRUPT');
  });

  test('a folder that holds a run, or cannot be made, is refused', async () => {
    const config = await loaded();
    const { folder } = await search(config, { makeExecutor, signal: AbortSignal.abort(new Error('stop')) });
    for (const out of [folder, join(config.baseDir, 'asl.config.json/run'), '/proc/none/run']) {
      const error = await failure(search(config, { makeExecutor, out }));
      expect(error.code).toBe('ASL_RUN_FOLDER');
      expect(error.details.where).toBe(out);
    }
  });

  test('data that cannot be read ends it before any trial, with the code of the data set', async () => {
    const split = `(ids) => ({ ids, read: async (i) => { throw Object.assign(new Error('the label is truncated'), { code: 'ASL_DATA_INVALID', details: { where: ids[i] } }); } })`;
    const create = `() => ({ name: 'd', classes: ['a'], train: (${split})(['x.png', 'y.png']), val: (${split})(['v.png']), fingerprint: async () => '' })`;
    const config = await loaded(
      { dataset: './data.mjs' },
      { 'data.mjs': pluginSource('dataset', 'd', 'z.strictObject({})', create) },
    );
    const events: SearchEvent[] = [];
    const error = await failure(search(config, { makeExecutor, onEvent: (event) => events.push(event) }));
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(error.details.where).toBe('x.png');
    expect(events.map(({ type }) => type)).not.toContain('trial-started');
  });

  test('a search without a single score says why', async () => {
    const surrogate = `() => { const c = { points: [[0, 0], [1, 1]], value: () => NaN, derivative: () => NaN };
  return { name: 's', dimensions: () => 1, start: () => [0.5], decode: () => c, encode: () => [0.5], fromPoints: () => c }; }`;
    const config = await loaded(
      { surrogate: './s.mjs', constraints: [] },
      { 's.mjs': pluginSource('surrogate', 's', 'z.strictObject({})', surrogate) },
    );
    const error = await failure(search(config, { makeExecutor }));
    expect(error.code).toBe('ASL_SEARCH_FAILED');
    expect(error.details.received).toMatch(/^6 × the loss is not finite on sample logits/);
  });
});
