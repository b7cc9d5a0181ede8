import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MakeExecutor, readLossFile, resumeSearch, runStatus, search } from '@auto-seg-loss/runtime';
import { dominates, InlineExecutor, type Outcome, TrialStore } from '@auto-seg-loss/study';
import { describe, expect, test } from 'vitest';
import { createRunner } from '../src/worker.ts';
import { loaded, makeExecutor } from './in-process.ts';
import { UNTRAINED } from './made-up-rewards.ts';
import { failure } from './project.ts';

/** Two metrics that want other places of the cube. */
const madeUp: MakeExecutor = (init) => {
  if (init.job !== 'trial') {
    const runner = Promise.resolve(createRunner(init));
    return new InlineExecutor({ run: async (...args) => (await runner).run(...args) });
  }
  return new InlineExecutor({
    run: async ({ theta, round, descent }): Promise<Outcome> => {
      const near = (place: number): number =>
        1 - theta.reduce((sum, value) => sum + (value - place) ** 2, 0) / theta.length - 0.01 * round;
      const [miou, bf1] = [near(0.3), near(0.7)];
      const metrics = { miou: { value: miou, perClass: [miou] }, bf1: { value: bf1, perClass: [bf1] } };
      const ended = descent === null ? {} : { descended: theta.map((value) => 0.5 * value + 0.2) };
      return { status: 'complete', reward: (miou + bf1) / 2, scores: [miou, bf1], metrics, images: 1, ...ended };
    },
  });
};

const METRICS = ['miou', { use: 'bf1', tolerance: 1 }];
const REEVALUATION = { candidates: 4, repeats: 2, confirm: 2 };
const of = (searcher: object, more: object = {}) =>
  loaded({ ...UNTRAINED, metric: null, metrics: METRICS, reevaluation: REEVALUATION, searcher, ...more });

const SEARCHERS: readonly (readonly [string, (rounds: number) => object, string])[] = [
  ['ppo', (rounds) => ({ use: 'ppo', samples: 3, updates: 4, rounds }), 'searcher.rounds=4'],
  ['cma-es', (rounds) => ({ use: 'cma-es', samples: 4, preselection: 3, rounds }), 'searcher.rounds=4'],
  ['gradient', (rounds) => ({ use: 'gradient', samples: 2, passes: rounds / 2 }), 'searcher.passes=2'],
  [
    'sequence',
    (rounds) => ({
      use: 'sequence',
      searchers: [
        { use: 'gradient', samples: 2, passes: 1 },
        { use: 'cma-es', samples: 4, preselection: 3, rounds },
      ],
    }),
    'searcher.searchers.1.rounds=4',
  ],
];

/** All that a run names, by file. */
async function named(folder: string): Promise<Readonly<Record<string, string>>> {
  const losses = (await readdir(join(folder, 'front'))).map((name) => join('front', name));
  const files = ['loss.json', 'front.json', ...losses.toSorted()];
  return Object.fromEntries(
    await Promise.all(files.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

describe('a search for several metrics', () => {
  test.each(SEARCHERS)(
    'with %s takes more rounds, and names what it would have named with them',
    async (_, make, set) => {
      const first = await search(await of(make(2)), { makeExecutor: madeUp });
      await resumeSearch(first.folder, { makeExecutor: madeUp, set: [set] });
      const whole = await search(await of(make(4)), { makeExecutor: madeUp });
      expect(await named(first.folder)).toEqual(await named(whole.folder));
    },
  );

  test('writes each loss of the front, in order, with its scores; loss.json is the knee', async () => {
    const config = await of({ use: 'cma-es', samples: 5, rounds: 3 });
    const { front, found, folder } = await search(config, { makeExecutor: madeUp });
    const losses = await Promise.all((front?.points ?? []).map(({ path }) => readLossFile(path)));
    expect(losses.length).toBeGreaterThan(1);
    const scores = losses.map(({ reward }) => {
      const by = reward?.scores as unknown as Readonly<Record<string, { readonly value: number }>>;
      return ['miou', 'bf1'].map((name) => by[name]?.value ?? Number.NaN);
    });
    expect(scores.map(([first]) => first)).toEqual(scores.map(([first = 0]) => first).toSorted((a, b) => b - a));
    expect(scores.filter((one) => scores.some((other) => dominates(other, one)))).toEqual([]);
    expect(found?.loss.theta).toEqual(losses[front?.knee ?? -1]?.theta);
    expect(found?.loss.reward).toMatchObject({ metric: 'mean of miou, bf1', confirmed: true });
    expect(found?.loss.terms).toMatchObject([{ metric: { use: 'miou' } }]);
    const table = JSON.parse(await readFile(join(folder, 'front.json'), 'utf8'));
    expect(table).toMatchObject({ metrics: ['miou', 'bf1'], knee: { place: (front?.knee ?? 0) + 1 } });
    expect(table.losses.map(({ loss }: { loss: string }) => loss)).toEqual(
      losses.map((_, at) => `front/${at + 1}.json`),
    );
    const status = await runStatus(folder);
    expect(status.metric).toBe('miou and bf1');
    expect(status.progress).toMatchObject({ front: { knee: (front?.knee ?? 0) + 1, again: true } });
  });

  test('of trained networks scores each metric exactly, less what guards cost', async () => {
    const guards = [{ metric: 'gacc', drop: 0 }];
    const searcher = { use: 'cma-es', rounds: 1, samples: 3 };
    const config = await loaded({ metric: null, metrics: METRICS, guards, searcher, reevaluation: { repeats: 0 } });
    const { folder } = await search(config, { makeExecutor });
    const store = TrialStore.read(folder);
    const reference = JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8')).reference['1'].gacc;
    for (const { outcome } of store.trials()) {
      if (outcome?.status !== 'complete') throw new Error('not complete');
      const metrics = outcome.metrics as unknown as Readonly<Record<string, { readonly value: number }>>;
      const excess = Math.max(0, reference - (metrics.gacc?.value ?? 0));
      const expected = ['miou', 'bf1'].map((name) => Math.max(0, (metrics[name]?.value ?? 0) - 10 * excess));
      for (const [axis, score] of expected.entries()) expect(outcome.scores?.[axis]).toBeCloseTo(score, 12);
      expect(outcome.reward).toBeCloseTo(expected.reduce((sum, score) => sum + score, 0) / 2, 12);
    }
    store.close();
  });

  test('which are one in all options is refused, and says how one is searched for', async () => {
    const same = [{ use: 'bf1' }, { use: 'bf1', tolerance: 5 }];
    const { code, details } = await failure(
      search(await of({ use: 'random' }, { metrics: same }), { makeExecutor: madeUp }),
    );
    expect([code, details.remedy]).toEqual(['ASL_CONFIG_INVALID', expect.stringContaining('metric: {"use":"bf1"')]);
  });
});
