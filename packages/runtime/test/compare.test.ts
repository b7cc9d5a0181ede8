import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CompareResult, compare, search, type TrainingEvent, train } from '@auto-seg-loss/runtime';
import { describe, expect, test } from 'vitest';
import { loaded, makeExecutor } from './in-process.ts';
import { failure, pluginSource } from './project.ts';

describe('trainings', () => {
  test('compare: each loss with each seed, summarised; for a seed all start alike', async () => {
    const config = await loaded({ report: { metrics: ['biou'] } });
    const { folder } = await search(config, { makeExecutor });
    const events: TrainingEvent[] = [];
    const losses = ['cross-entropy', 'published:miou', join(folder, 'loss.json')];
    const result = await compare(config, {
      losses,
      seeds: 2,
      out: folder,
      makeExecutor,
      onEvent: (event) => events.push(event),
    });
    expect(result.metrics).toEqual(['miou', 'biou']);
    expect(result.losses.map(({ loss }) => loss)).toEqual(losses);
    for (const { networks, metrics } of result.losses) {
      expect(networks.map(({ seed, status }) => [seed, status])).toEqual([
        [1, 'complete'],
        [2, 'complete'],
      ]);
      const [a = Number.NaN, b = Number.NaN] = metrics.miou?.values ?? [];
      expect(metrics.miou?.mean).toBeCloseTo(((a ?? 0) + (b ?? 0)) / 2, 12);
      expect(metrics.miou?.deviation).toBeCloseTo(Math.abs((a ?? 0) - (b ?? 0)) / Math.SQRT2, 12);
    }
    expect(events.filter(({ type }) => type === 'training-finished')).toHaveLength(6);
    expect(JSON.parse(await readFile(join(folder, 'compare.json'), 'utf8'))).toMatchObject({ seeds: [1, 2] });
    const again = await compare(config, { losses: ['cross-entropy'], seeds: 1, makeExecutor });
    const networkOf = (compared: CompareResult): unknown => compared.losses[0]?.networks[0];
    expect({ ...(networkOf(again) as object), ms: 0 }).toEqual({ ...(networkOf(result) as object), ms: 0 });
  });

  test('train: one network, its weights and its report', async () => {
    const config = await loaded();
    const result = await train(config, { loss: 'cross-entropy', out: join(config.baseDir, 'net'), makeExecutor });
    expect(result.network).toMatchObject({ loss: 'cross-entropy', seed: 1, status: 'complete' });
    expect((await readFile(result.weights ?? '')).length).toBeGreaterThan(1000);
    expect(JSON.parse(await readFile(result.report ?? '', 'utf8'))).toMatchObject({
      status: 'complete',
      loss: 'cross-entropy',
    });
  });

  test('a loss that cannot be had ends it before anything is trained', async () => {
    const events: TrainingEvent[] = [];
    const options = {
      losses: ['cross-entropy', 'nowhere.json'],
      makeExecutor,
      onEvent: (event: TrainingEvent) => events.push(event),
    };
    expect((await failure(compare(await loaded(), options))).code).toBe('ASL_LOSS_INVALID');
    expect(events).toEqual([]);
  });

  test('compare: each loss gets the learning rate that is best for it on held-out training images', async () => {
    const config = await loaded();
    const events: TrainingEvent[] = [];
    const options = {
      losses: ['cross-entropy', 'dice'],
      learningRates: [1e-9, 0.5],
      seeds: 1,
      out: join(config.baseDir, 'compared'),
      makeExecutor,
      onEvent: (event: TrainingEvent) => events.push(event),
    };
    const result = await compare(config, options);
    for (const { learningRate, tried, networks } of result.losses) {
      expect(tried.map((one) => one.learningRate)).toEqual([1e-9, 0.5]);
      const [least, large] = tried.map(({ value }) => value as number);
      expect(learningRate).toBe((large as number) > (least as number) ? 0.5 : 1e-9);
      expect(networks).toMatchObject([{ seed: 1, learningRate }]);
    }
    expect(result.losses.some(({ learningRate }) => learningRate === 0.5)).toBe(true);
    const started = events.flatMap((event) => (event.type === 'trainings-started' ? [event] : []));
    expect(started).toMatchObject([
      { scoredOn: 'held-out', trainings: 12, found: 0 },
      { scoredOn: 'val', trainings: 2, found: 0 },
    ]);
  });

  test('choosing a learning rate does not read val', async () => {
    const config = await loaded({ dataset: './data.mjs' }, { 'data.mjs': guardedVal() });
    const options = { losses: ['cross-entropy'], learningRates: [0.01, 0.02], seeds: 1, makeExecutor };
    const events: TrainingEvent[] = [];
    const onEvent = (event: TrainingEvent): void => void events.push(event);
    const error = await compare(config, { ...options, onEvent }).then(
      () => undefined,
      (reason: unknown) => String(reason),
    );
    // The comparison itself reads it, and so ends here.
    const held = events.filter((event) => event.type === 'training-finished');
    expect(held.map((event) => event.type === 'training-finished' && event.network.status).slice(0, 2)).toEqual([
      'complete',
      'complete',
    ]);
    expect(`${error} ${JSON.stringify(held.at(-1))}`).toContain('val was read');
  });

  test('compare: what a folder holds is not trained again, unless something that it depends on has changed', async () => {
    const config = await loaded({ report: { metrics: ['biou'] } });
    const out = join(config.baseDir, 'compared');
    const foundBy = async (change: object, losses: readonly string[], from = config): Promise<unknown> => {
      const found: number[] = [];
      const onEvent = (event: TrainingEvent): void => {
        if (event.type === 'trainings-started') found.push(event.found);
      };
      const changed = { ...from, config: { ...from.config, ...change } };
      const { losses: compared } = await compare(changed, { losses, seeds: 2, out, makeExecutor, onEvent });
      results.push(compared[0]?.metrics);
      return found;
    };
    const results: unknown[] = [];
    expect(await foundBy({}, ['cross-entropy'])).toEqual([0]);
    expect(await foundBy({}, ['cross-entropy', 'dice'])).toEqual([2]);
    expect(results[1]).toEqual(results[0]);
    // Which metric is searched for does not matter, as long as the same ones are reported.
    const swapped = { metric: config.config.report.metrics[0], report: { metrics: [config.config.metric], seeds: 2 } };
    expect(await foundBy(swapped as object, ['dice'])).toEqual([2]);
    expect(await foundBy({ training: { ...config.config.training, iterations: 4 } }, ['dice'])).toEqual([0]);
    expect(await foundBy({ seed: 2 }, ['dice'])).toEqual([0]);
    const files = await readdir(join(out, 'trainings'));
    for (const file of files) await writeFile(join(out, 'trainings', file), '{"sha256": "0", "network": {}}');
    expect(await foundBy({}, ['cross-entropy'])).toEqual([0]);
    expect(results.at(-1)).toEqual(results[0]);
  });

  test('a comparison that is stopped goes on with what was trained', async () => {
    const config = await loaded();
    const out = join(config.baseDir, 'compared');
    const stop = new AbortController();
    const onEvent = (event: TrainingEvent): void => {
      if (event.type === 'training-finished') stop.abort(new Error('stop'));
    };
    const options = { losses: ['cross-entropy', 'dice'], seeds: 1, out, makeExecutor };
    await expect(compare(config, { ...options, onEvent, signal: stop.signal })).rejects.toThrow('stop');
    const found: number[] = [];
    await compare(config, {
      ...options,
      onEvent: (event) => event.type === 'trainings-started' && found.push(event.found),
    });
    expect(found).toEqual([1]);
  });

  test('losses with options have the names that the config gives them', async () => {
    const config = await loaded({
      losses: {
        smooth: { use: 'cross-entropy', labelSmoothing: 0.3 },
        both: ['cross-entropy', { use: 'dice', squared: true }],
      },
    });
    const losses = ['cross-entropy', 'smooth', 'both'];
    const result = await compare(config, { losses, seeds: 1, makeExecutor });
    const first = result.losses.map(({ networks: [network] }) => network?.status === 'complete' && network.losses[0]);
    expect(new Set(first).size).toBe(3);
    const wrong = await loaded({ losses: { bad: { use: 'cross-entropy', labelSmoothing: 3 } } });
    const error = await failure(compare(wrong, { losses: ['bad'], seeds: 1, makeExecutor }));
    expect(error.code).toBe('ASL_OPTIONS_INVALID');
    expect((await failure(loaded({ losses: { 'a,b': 'dice' } }))).code).toBe('ASL_CONFIG_INVALID');
  });
});

/** Images of noise; reading val is an error. */
function guardedVal(): string {
  const split = `(ids, check) => ({ ids, read: async (i) => { check(); return { id: ids[i], height: 32, width: 32,
    image: Uint8Array.from({ length: 3072 }, (_, k) => (k * 7 + i) % 256), label: Uint8Array.from({ length: 1024 }, (_, k) => (k + i) % 2) }; } })`;
  const create = `() => { const split = ${split}; return { name: 'd', classes: ['a', 'b'],
    train: split(['t0', 't1', 't2', 't3'], () => {}), val: split(['v0'], () => { throw new Error('val was read'); }), fingerprint: async () => 'f' }; }`;
  return pluginSource('dataset', 'd', 'z.strictObject({})', create);
}
