import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CompareResult, compare, search, type TrainingEvent, train } from '@auto-seg-loss/runtime';
import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { comparedNetwork } from '../src/prediction/compared-network.ts';
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

  test('who listens hears every loss and sees predictions; what is computed and kept is the same', async () => {
    const config = await loaded();
    const run = async (out: string, examples: number) => {
      const events: TrainingEvent[] = [];
      const onEvent = (event: TrainingEvent): void => void events.push(event);
      const place = join(config.baseDir, out);
      await train(config, { loss: 'cross-entropy', out: place, makeExecutor, onEvent, examples });
      const { ms: _, sha256: __, ...report } = JSON.parse(await readFile(join(place, 'report.json'), 'utf8'));
      return { events, report, weights: await readFile(join(place, 'weights.safetensors')) };
    };
    const [silent, heard] = [await run('silent', 0), await run('heard', 5)];
    expect(heard.report).toEqual(silent.report);
    expect(heard.weights.equals(silent.weights)).toBe(true);
    const scored = heard.events.find((event) => event.type === 'training-scored');
    if (scored?.type !== 'training-scored' || scored.network.status !== 'complete') throw new Error('not scored');
    // The data set has no more than two.
    expect(new Set(scored.examples.map(({ id }) => id)).size).toBe(2);
    for (const { png, height, width } of scored.examples) {
      const picture = decode(Buffer.from(png, 'base64'));
      expect([picture.height, picture.width, picture.channels]).toEqual([height, width, 3]);
    }
    const told = heard.events.flatMap((event) =>
      event.type === 'training-progress' && event.losses !== undefined ? [event.losses] : [],
    );
    expect(told.flatMap(({ values }) => values)).toEqual(scored.network.losses);
    for (const [index, { first }] of told.entries())
      expect(first).toBe(told.slice(0, index).reduce((sum, { values }) => sum + values.length, 0));
  });

  describe('train', () => {
    const events: TrainingEvent[] = [];
    const trained = async (from: Awaited<ReturnType<typeof loaded>>, options: object = {}) => {
      events.length = 0;
      const onEvent = (event: TrainingEvent): void => void events.push(event);
      const out = join(from.baseDir, 'net');
      return train(from, { loss: 'cross-entropy', out, makeExecutor, onEvent, ...options });
    };
    const types = () => events.map(({ type }) => type).filter((type) => type !== 'training-progress');

    test('one network, its weights and its report; asked for again, they are shown, not made again', async () => {
      const config = await loaded();
      const result = await trained(config);
      expect(result).toMatchObject({ found: false, network: { loss: 'cross-entropy', seed: 1, status: 'complete' } });
      const { weights = '', report = '' } = result;
      expect((await readFile(weights)).length).toBeGreaterThan(1000);
      expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({
        status: 'complete',
        loss: 'cross-entropy',
        classes: result.classes,
        coverage: { images: 2, classes: result.classes.map((name) => ({ name })) },
      });
      const again = await trained(config);
      expect(again).toEqual({ ...result, found: true });
      expect(types()).toEqual(['trainings-started', 'training-found']);
      // Weights that are lost are made again.
      const bytes = await readFile(weights);
      await rm(weights);
      expect(await trained(config)).toMatchObject({ found: false });
      expect((await readFile(weights)).equals(bytes)).toBe(true);
      expect((await readdir(join(config.baseDir, 'net'))).sort()).toEqual([
        'report.json',
        'training.json',
        'weights.safetensors',
      ]);
    });

    test.each([
      ['another loss', { loss: 'dice' }, {}, 'loss', '[{"use":"cross-entropy"}]', '[{"use":"dice"}]'],
      ['another seed', { seed: 7 }, {}, 'seed.network', '1', '7'],
      ['another config', {}, { iterations: 4 }, 'training.iterations', '3', '4'],
      ['another learning rate', {}, { learningRate: 0.01 }, 'training.learningRate', '0.05', '0.01'],
    ])('a folder of %s is refused with what differs, and left as it is', async (_, options, change, ...problem) => {
      const config = await loaded();
      const { weights = '' } = await trained(config);
      const before = await readFile(weights);
      const training = { ...config.config.training, ...change };
      const error = await failure(trained({ ...config, config: { ...config.config, training } }, options));
      const [where, expected, received] = problem;
      expect([error.code, error.details.problems]).toEqual(['ASL_RUN_CHANGED', [{ where, expected, received }]]);
      expect((await readFile(weights)).equals(before)).toBe(true);
    });

    test.each(['report.json', 'weights.safetensors'])('a %s of unknown origin is not overwritten', async (name) => {
      const config = await loaded({}, { [`net/${name}`]: 'mine' });
      const error = await failure(trained(config));
      expect([error.code, error.details.where]).toEqual(['ASL_RUN_FOLDER', join(config.baseDir, 'net', name)]);
      expect(await readFile(join(config.baseDir, 'net', name), 'utf8')).toBe('mine');
    });

    test.each(['report.json', 'weights.safetensors', 'training.json'])(
      'a %s that was changed is an error',
      async (name) => {
        const config = await loaded();
        await trained(config);
        const path = join(config.baseDir, 'net', name);
        const bytes = await readFile(path);
        const place = bytes.length - 20;
        bytes[place] = bytes[place] === 49 ? 50 : 49;
        await writeFile(path, bytes);
        const error = await failure(trained(config));
        expect([error.code, error.details.where]).toEqual(['ASL_STATE_CORRUPT', path]);
      },
    );

    test('stopped, it goes on from where it was, and comes to the same', async () => {
      const config = await loaded({ training: { size: [32, 32], batchSize: 2, iterations: 45 } });
      const whole = await train(config, { loss: 'cross-entropy', makeExecutor });
      const stoppedAt = async (iteration: number) => {
        const stop = new AbortController();
        const reason = new Error('stop');
        const onEvent = (event: TrainingEvent): void => {
          events.push(event);
          if (event.type === 'training-progress' && event.done + event.scored >= iteration) stop.abort(reason);
        };
        await expect(trained(config, { onEvent, signal: stop.signal })).rejects.toBe(reason);
        return events.flatMap((event) => (event.type === 'training-paused' ? [event.done] : []));
      };
      const [first = 0] = await stoppedAt(12);
      expect([20, 30]).toContain(first);
      const error = await failure(trained(config, { loss: 'dice' }));
      expect(error.code).toBe('ASL_RUN_CHANGED');
      // In the midst of the scoring too.
      expect(await stoppedAt(46)).toEqual([45]);
      expect(events.find(({ type }) => type === 'training-progress')).toMatchObject({ done: first + 10 });
      const result = await trained(config);
      expect(events.filter(({ type }) => type === 'training-progress')).toMatchObject([{ scored: 1 }, { scored: 2 }]);
      expect({ ...result.network, ms: 0 }).toEqual({ ...whole.network, ms: 0 });
      expect(await readdir(join(config.baseDir, 'net'))).not.toContain('paused');
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

  /** Compares into one folder, again and again. */
  async function comparing(change: object = {}) {
    const config = await loaded({ report: { metrics: ['biou'] }, ...change });
    const out = join(config.baseDir, 'compared');
    return {
      config,
      out,
      again: async (losses: readonly string[], changed: object = {}, seeds = 2) => {
        const found: number[] = [];
        const discarded: string[] = [];
        const onEvent = (event: TrainingEvent): void => {
          if (event.type === 'trainings-started') found.push(event.found);
          if (event.type === 'result-discarded') discarded.push(event.reason);
        };
        const from = { ...config, config: { ...config.config, ...changed } };
        const result = await compare(from, { losses, seeds, out, makeExecutor, onEvent });
        return { result, found, discarded };
      },
    };
  }
  const rowsOf = ({ losses }: CompareResult) => losses.map(({ loss, networks }) => [loss, networks.length]);

  test('compare: what a folder holds is not trained again, and stays in the table', async () => {
    const { config, out, again } = await comparing();
    const first = await again(['cross-entropy']);
    expect(first.found).toEqual([0]);
    const second = await again(['dice'], {}, 1);
    expect(second.found).toEqual([0]);
    expect(rowsOf(second.result)).toEqual([
      ['dice', 1],
      ['cross-entropy', 2],
    ]);
    expect(second.result.losses[1]).toEqual({ ...first.result.losses[0], earlier: true });
    expect(JSON.parse(await readFile(join(out, 'compare.json'), 'utf8')).losses).toEqual(
      JSON.parse(JSON.stringify(second.result.losses)),
    );
    // Which metric is searched for does not matter, as long as the same ones are reported.
    const swapped = { metric: config.config.report.metrics[0], report: { metrics: [config.config.metric], seeds: 2 } };
    const third = await again(['cross-entropy', 'dice'], swapped);
    expect([third.found, rowsOf(third.result)]).toEqual([
      [3],
      [
        ['cross-entropy', 2],
        ['dice', 2],
      ],
    ]);
  });

  test('compare: networks are kept on request, each as asl train writes it; what was trained without is trained again', async () => {
    const config = await loaded();
    const out = join(config.baseDir, 'compared');
    const found: number[] = [];
    const kept = async (losses: readonly string[], keepNetworks: boolean, learningRates: readonly number[] = []) => {
      found.length = 0;
      const onEvent = (event: TrainingEvent): void => {
        if (event.type === 'trainings-started') found.push(event.found);
      };
      return (await compare(config, { losses, seeds: 2, out, keepNetworks, learningRates, makeExecutor, onEvent }))
        .kept;
    };
    expect([await kept(['cross-entropy'], false), found]).toEqual([undefined, [0]]);
    const first = await kept(['cross-entropy'], true);
    expect([first, found]).toEqual([{ folder: join(out, 'networks'), networks: 2, bytes: expect.any(Number) }, [0]]);
    // Those by which a learning rate is chosen are not.
    const second = await kept(['cross-entropy', 'dice'], true, [config.config.training.learningRate]);
    expect([second?.networks, found]).toEqual([4, [0, 2]]);
    const { weights = '' } = await train(config, {
      loss: 'dice',
      seed: 2,
      out: join(config.baseDir, 'net'),
      makeExecutor,
    });
    const file = async (loss: string, seed: number) => (await comparedNetwork(out, { loss, seed })).path;
    const path = await file('dice', 2);
    expect((await readFile(path)).equals(await readFile(weights))).toBe(true);
    // One that is not kept is not taken for a choice that was not made.
    const kinds = 'one of those that are kept: cross-entropy (seeds 1, 2), dice (seeds 1, 2)';
    const refused = async (loss: string | undefined, seed: number) => {
      const { message, details } = await failure(comparedNetwork(out, { loss, seed }));
      return [message, details.where, details.expected, details.received];
    };
    const unknown = 'the comparison keeps no network of this loss';
    expect([await refused('dice', 9), await refused('focal', 1), await refused(undefined, 1)]).toEqual([
      [`${unknown} and seed`, '--seed', kinds, 'seed 9 of dice'],
      [unknown, '--loss', kinds, 'focal'],
      ['it is not said which network of the comparison is meant', '--loss', kinds, 'none'],
    ]);
    // What is lost or exchanged is made again; by others it is left alone.
    const bytes = await readFile(path);
    await cp(await file('dice', 1), path);
    await kept(['dice'], false);
    expect(found).toEqual([2]);
    await kept(['dice'], true);
    expect([found, (await readFile(path)).equals(bytes)]).toEqual([[1], true]);
  });

  test.each([
    ['training', { iterations: 4 }, 'training.iterations', '3', '4'],
    ['', { seed: 2 }, 'seed', '1', '2'],
    ['network', { width: 5 }, 'network.width', '4', '5'],
  ])(
    'compare: a folder of another %s is refused with what differs, and left as it is',
    async (part, change, ...problem) => {
      const { config, out, again } = await comparing();
      await again(['cross-entropy'], {}, 1);
      const before = await readFile(join(out, 'compare.json'), 'utf8');
      const changed = part === '' ? change : { [part]: { ...config.config[part as 'training'], ...change } };
      const error = await failure(again(['dice'], changed, 1));
      const [where, expected, received] = problem;
      expect(error.code).toBe('ASL_RUN_CHANGED');
      expect(error.details.problems).toEqual([{ where, expected, received }]);
      expect(await readFile(join(out, 'compare.json'), 'utf8')).toBe(before);
    },
  );

  test('compare: a table of unknown origin is not overwritten', async () => {
    const { out, again } = await comparing();
    await mkdir(out);
    await writeFile(join(out, 'compare.json'), '{"mine": true}');
    const error = await failure(again(['cross-entropy'], {}, 1));
    expect([error.code, error.details.where]).toEqual(['ASL_RUN_FOLDER', join(out, 'compare.json')]);
    expect(await readFile(join(out, 'compare.json'), 'utf8')).toBe('{"mine": true}');
    expect(await readdir(out)).toEqual(['compare.json']);
  });

  test('compare: damaged and exchanged results are noticed, and trained again', async () => {
    const { out, again } = await comparing();
    const first = await again(['cross-entropy', 'dice'], {}, 1);
    const files = (await readdir(join(out, 'trainings')))
      .filter((name) => name !== 'basis.json' && !name.endsWith('.pictures.json'))
      .map((name) => join(out, 'trainings', name));
    expect(files.length).toBe(2);
    const [a = '', b = ''] = files;
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const comparable = ({ result }: typeof first) => result.losses.map(({ metrics }) => metrics);
    await writeFile(a, texts[1] ?? '');
    await writeFile(b, texts[0] ?? '');
    const exchanged = await again(['cross-entropy', 'dice'], {}, 1);
    expect([exchanged.found, exchanged.discarded]).toEqual([[0], ['exchanged', 'exchanged']]);
    expect(comparable(exchanged)).toEqual(comparable(first));
    await writeFile(a, (texts[0] ?? '').replace(/"value":0\.\d/, '"value":0.9'));
    const damaged = await again(['cross-entropy', 'dice'], {}, 1);
    expect([damaged.found, damaged.discarded]).toEqual([[1], ['damaged']]);
    expect(comparable(damaged)).toEqual(comparable(first));
  });

  test('compare: a loss has a row for each learning rate, and one for each name that is asked for', async () => {
    const { config, again } = await comparing({ losses: { own: 'dice' } });
    await again(['dice'], {}, 1);
    const faster = { training: { ...config.config.training, learningRate: 0.3 } };
    const { found, result } = await again(['dice', 'own'], faster, 1);
    expect(found).toEqual([0]);
    expect(result.losses.map(({ loss, learningRate, earlier }) => [loss, learningRate, earlier])).toEqual([
      ['dice', 0.3, false],
      ['own', 0.3, false],
      ['dice', 0.05, true],
    ]);
  });

  test('compare: a sum in another order is found, and has the name that it is asked by', async () => {
    const { again } = await comparing();
    await again(['0.5*dice+cross-entropy'], {}, 1);
    const { found, result } = await again(['cross-entropy+0.5*dice', '2*dice'], {}, 1);
    expect(found).toEqual([1]);
    expect(rowsOf(result)).toEqual([
      ['cross-entropy+0.5*dice', 1],
      ['2*dice', 1],
    ]);
  });

  test('compare: a loss file that has changed inside of a sum is another row', async () => {
    const { config, again } = await comparing();
    const { folder } = await search(config, { makeExecutor });
    const sum = `0.75*${folder}+0.25*dice`;
    await again([sum], {}, 1);
    const file = join(folder, 'loss.json');
    const { sha256: _, ...loss } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...loss, absent: 'skip' }));
    const { found, result } = await again([sum], {}, 1);
    expect(found).toEqual([0]);
    expect(rowsOf(result)).toEqual([
      [sum, 1],
      [expect.stringMatching(/\+0\.25\*dice \(as it was: [0-9a-f]{8}\)$/), 1],
    ]);
  });

  test('compare: a loss file that has changed is another row', async () => {
    const { config, again } = await comparing();
    const { folder } = await search(config, { makeExecutor });
    const file = join(folder, 'loss.json');
    await again([file], {}, 1);
    const { sha256: _, ...loss } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...loss, absent: 'skip' }));
    const { found, result } = await again([file], {}, 1);
    expect(found).toEqual([0]);
    expect(rowsOf(result)).toEqual([
      [file, 1],
      [expect.stringMatching(/loss\.json \(as it was: [0-9a-f]{8}\)$/), 1],
    ]);
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
