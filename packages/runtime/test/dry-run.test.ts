import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@auto-seg-loss/kernel';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { search } from '../src/commands/search.ts';
import { planSearch } from '../src/dry-run/plan-search.ts';
import { type ShapedTrial, searchShape } from '../src/dry-run/search-shape.ts';
import { type Costs, searchTime, type Workload } from '../src/dry-run/search-time.ts';
import { assembleRun, pluginContext } from '../src/index.ts';
import { timeTraining } from '../src/jobs/time-training.ts';
import { loaded, makeExecutor } from './in-process.ts';
import { failure } from './project.ts';

const trial: ShapedTrial = { descent: null, whole: false };
const costs: Costs = { iteration: 1, descent: 3, beginning: 0, scoring: 10 };
const work = (change: Partial<Workload> = {}): Workload => ({
  rounds: [Array.from({ length: 4 }, () => trial)],
  iterations: 100,
  pruning: null,
  again: 0,
  confirm: 0,
  workers: 2,
  ...change,
});
const halving = { rule: 'halving', rungs: [0.25, 0.5], keep: 0.5 } as const;

describe('how long a search takes', () => {
  test('goes by rounds, each of which waits for its last trial', () => {
    expect(searchTime(work(), costs)).toEqual([
      { seconds: 220, core: 440 },
      { seconds: 220, core: 440 },
    ]);
    const three = { rounds: [[trial, trial, trial], [trial]] };
    expect(searchTime(work(three), costs)[0]).toEqual({ seconds: 330, core: 440 });
  });

  test('is known of a halving, whose rungs wait for each other', () => {
    // 4 to 25, 2 to 50, 1 to the end, each part scored.
    const [least, most] = searchTime(work({ pruning: halving }), costs);
    expect(least).toEqual(most);
    expect(least).toEqual({ seconds: 2 * 35 + 35 + 60, core: 4 * 35 + 2 * 35 + 60 });
  });

  test('lies between two ends under the median rule, which gives up nobody in the beginning', () => {
    const rounds = Array.from({ length: 3 }, () => Array.from({ length: 8 }, () => trial));
    const pruning = { rule: 'median', rungs: [0.5], keep: 0.5 } as const;
    const [least, most] = searchTime(work({ rounds, pruning }), costs);
    expect(least.core).toBe(8 * 120 + 16 * 60);
    expect(most.core).toBe(24 * 120);
  });

  test('counts trials that learn the loss as what they are, and the best again', () => {
    const descent = { every: 5, learningRate: 0.1 };
    const rounds = [[{ descent, whole: false }, trial]];
    expect(searchTime(work({ rounds, again: 3, confirm: 1 }), costs)[0]).toEqual({
      seconds: 310 + 220 + 110,
      core: 310 + 110 + 4 * 110,
    });
  });

  const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 });
  property.prop([sizes, fc.integer({ min: 1, max: 8 }), fc.constantFrom(null, halving)])(
    'is no less than its core time shared, and no more than all of it',
    (counts, workers, pruning) => {
      const rounds = counts.map((count) => Array.from({ length: count }, () => trial));
      for (const { seconds, core } of searchTime(work({ rounds, workers, pruning, again: 3 }), costs)) {
        expect(seconds).toBeLessThanOrEqual(core + 1e-9);
        expect(seconds).toBeGreaterThanOrEqual(core / workers - 1e-9);
      }
    },
  );
});

describe('the shape of a search', () => {
  test.each([
    ['random', { use: 'random', rounds: 3, samples: 2 }, [2, 2, 2], 0],
    ['gradient', { use: 'gradient', passes: 1, samples: 2 }, [2, 3], 2],
    ['cma-es', { use: 'cma-es', rounds: 2, samples: 4 }, [4, 4], 0],
  ])('with %s', async (_, searcher, sizes, descents) => {
    const { config, ...from } = await loaded({ searcher });
    const run = await assembleRun(config, pluginContext(from.baseDir, from));
    const rounds = searchShape(await run.searcher);
    expect(rounds.map((round) => round.length)).toEqual(sizes);
    expect(rounds.flat().filter(({ descent }) => descent !== null)).toHaveLength(descents);
    await run.dispose();
  });
});

describe('timing a training', () => {
  test('begins it again and again, never for longer than it is', async () => {
    const random = Random.fromSeed(1);
    const untils: number[] = [];
    const timed = await timeTraining(4, async (until, trained) => {
      untils.push(until);
      for (let i = 0; i < until * 1000; i++) random.uniform();
      trained();
    });
    expect(untils).toEqual([2, 4]);
    expect(timed.iterations).toBe(4);
    expect(timed.iteration).toBeGreaterThan(0);
  });
});

describe('a dry run', () => {
  test('says what the search then does, and leaves nothing', async () => {
    const config = await loaded({ pruning: { rule: 'halving' } });
    const before = await readdir(config.baseDir, { recursive: true });
    const temporary = await mkdtemp(join(tmpdir(), 'asl-temporary-'));
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      return rm(temporary, { recursive: true, force: true });
    });
    const plan = await planSearch(config, { makeExecutor });
    expect(await readdir(config.baseDir, { recursive: true })).toEqual(before);
    expect(await readdir(temporary)).toEqual([]);
    expect(plan).toMatchObject({
      metric: 'miou',
      searcher: 'ppo',
      workers: 1,
      data: { dataset: 'scenes', val: 2 },
      rounds: 2,
      trials: { searched: 6, again: 4, confirm: 2, descents: 0 },
      iterations: 4,
      warmStart: 12,
      reference: 0,
    });
    expect(plan.data.train + plan.data.reward).toBe(6);
    expect(plan.network.parameters).toBeGreaterThan(100);
    expect(plan.measured.trial.iterations).toBeGreaterThan(0);
    expect(plan.time.most.seconds).toBeGreaterThan(0);
    const { folder, trials } = await search(config, { makeExecutor });
    expect([folder, trials.length]).toEqual([plan.folder, plan.trials.searched]);
  });

  test('measures trials that learn the loss', async () => {
    const config = await loaded({ searcher: { use: 'gradient', passes: 1, samples: 1 } });
    const plan = await planSearch(config, { makeExecutor });
    expect(plan.measured.descent).toBeGreaterThan(0);
    expect(plan.trials.descents).toBe(1);
  });

  test('refuses what the search would refuse', async () => {
    const config = await loaded();
    const out = await mkdtemp(join(tmpdir(), 'asl-plan-'));
    onTestFinished(() => rm(out, { recursive: true, force: true }));
    const aborted = { makeExecutor, signal: AbortSignal.abort(new Error('stop')) };
    await search(config, { ...aborted, out: join(out, 'run') });
    for (const place of [join(out, 'run'), out]) {
      const [ours, its] = [
        await failure(planSearch(config, { makeExecutor, out: place })),
        await failure(search(config, { ...aborted, out: place })),
      ];
      expect([ours.code, ours.message, ours.details]).toEqual([its.code, its.message, its.details]);
    }
    const ignored = await loaded({ start: 'published:bf1' });
    expect(await failure(planSearch(ignored, { makeExecutor }))).toMatchObject({
      code: (await failure(search(ignored, { makeExecutor }))).code,
    });
    expect(existsSync(join(out, 'new'))).toBe(false);
  });
});
