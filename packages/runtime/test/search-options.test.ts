import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExactScore } from '@auto-seg-loss/formula';
import { measureCandidates, readLossFile, type SearchEvent, search } from '@auto-seg-loss/runtime';
import { rewardOf, TrialStore } from '@auto-seg-loss/study';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenGuards, guardedReward } from '../src/jobs/guards.ts';
import { loaded, makeExecutor } from './in-process.ts';
import { failure } from './project.ts';
import { CONFIG } from './search-of-seconds.ts';

const SHORT = {
  searcher: { use: 'random', rounds: 1, samples: 3 },
  reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
};

describe('start', () => {
  test('a search starts from published curves', async () => {
    const config = await loaded({ ...SHORT, start: 'published:miou' });
    const { trials } = await search(config, { makeExecutor });
    // The random searcher's first proposal is the start.
    const again = await loaded({ ...SHORT, start: null });
    const straight = await search(again, { makeExecutor });
    expect(trials[0]?.theta).not.toEqual(straight.trials[0]?.theta);
    expect(trials[0]?.theta).toHaveLength(straight.trials[0]?.theta.length ?? 0);
  });

  test('or from a loss file beside the config: its first trial is that loss', async () => {
    const first = await search(await loaded(SHORT), { makeExecutor });
    const found = await readFile(first.found?.path ?? '', 'utf8');
    const config = await loaded({ ...SHORT, start: './found.json' }, { 'found.json': found });
    const { trials } = await search(config, { makeExecutor });
    const theta = (await readLossFile(join(config.baseDir, 'found.json'))).theta ?? [];
    for (const [axis, value] of (trials[0]?.theta ?? []).entries()) expect(value).toBeCloseTo(theta[axis] as number, 6);
  });

  test.each([
    ['cross-entropy', 'a loss with curves'],
    ['published:bf1', 'miou'],
    ['nowhere.json', 'nowhere.json'],
  ])('%s is refused', async (start, named) => {
    const error = await failure(search(await loaded({ ...SHORT, start }), { makeExecutor }));
    expect(error.format()).toContain(named);
  });

  test('curves of another number of pieces are refused', async () => {
    const config = await loaded({ ...SHORT, start: 'published:miou', surrogate: { use: 'bezier', pieces: 3 } });
    expect((await failure(search(config, { makeExecutor }))).code).toBe('ASL_LOSS_MISMATCH');
  });
});

describe('formula', () => {
  test('losses relax it, rewards are of the metric: the networks are those of its own search', async () => {
    const of = async (config: object) => {
      const out = await search(await loaded({ ...SHORT, ...config }), { makeExecutor });
      const [first] = out.trials;
      return { first, file: await readLossFile(out.found?.path ?? '') };
    };
    const own = await of({ report: { metrics: ['gacc'] } });
    const other = await of({ metric: 'gacc', formula: 'miou', report: { metrics: ['miou'] } });
    if (own.first?.outcome?.status !== 'complete' || other.first?.outcome?.status !== 'complete')
      throw new Error('both first trials are complete');
    const scores = other.first.outcome.metrics as unknown as Readonly<Record<string, ExactScore>>;
    expect(scores.miou).toEqual((own.first.outcome.metrics as unknown as typeof scores).miou);
    expect(rewardOf(other.first.outcome)).toBe(scores.gacc?.value);
    expect(rewardOf(own.first.outcome)).toBe(scores.miou?.value);
    expect(other.file.terms[0]).toMatchObject({ metric: { use: 'miou' } });
    expect(own.file.terms[0]).toMatchObject({ metric: { use: 'miou' } });
    expect(other.file.reward?.metric).toBe('gacc');
  });

  test('a trial of another formula is another trial', async () => {
    const first = async (formula: string) => {
      const config = await loaded({ ...SHORT, metric: 'gacc', formula, report: { metrics: ['miou', 'dice'] } });
      return (await search(config, { makeExecutor })).trials[0];
    };
    const [miou, dice] = [await first('miou'), await first('dice')];
    expect(dice?.theta).toEqual(miou?.theta);
    expect(dice?.key).not.toBe(miou?.key);
  });

  test('a search starts from curves of the formula, and only from those', async () => {
    const change = { ...SHORT, metric: 'gacc', start: 'published:miou' };
    expect((await failure(search(await loaded(change), { makeExecutor }))).code).toBe('ASL_LOSS_MISMATCH');
    const { trials } = await search(await loaded({ ...change, formula: 'miou' }), { makeExecutor });
    const straight = await search(await loaded({ ...SHORT, metric: 'gacc', formula: 'miou' }), { makeExecutor });
    expect(trials[0]?.theta).toHaveLength(straight.trials[0]?.theta.length ?? 0);
    expect(trials[0]?.theta).not.toEqual(straight.trials[0]?.theta);
  });

  test('a gradient search follows the metric, whatever number of curves either has', async () => {
    const searcher = { use: 'gradient', passes: 1, samples: 1, every: 2 };
    const first = async (change: object) => {
      const { trials } = await search(await loaded({ ...SHORT, searcher, ...change }), { makeExecutor });
      const outcome = trials[0]?.outcome;
      return { theta: trials[0]?.theta, end: outcome?.status === 'complete' ? outcome.descended : undefined };
    };
    const own = await first({ metric: 'miou' });
    const other = await first({ metric: 'gacc', formula: 'miou' });
    expect(other.theta).toEqual(own.theta);
    expect(other.end).toHaveLength(12);
    expect(other.end).not.toEqual(own.end);
  });
});

describe('guards', () => {
  test('a reward loses ten times what a metric is below what it may be, and nothing where it is not', () => {
    const score = (value: number | null): ExactScore => ({ value, perClass: [] }) as unknown as ExactScore;
    const guards = [
      { metric: 'a', drop: 0.1 },
      { metric: 'b', drop: 0 },
    ];
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(unit, unit, unit, unit, unit, (reward, refA, refB, a, b) => {
        const broken = brokenGuards(guards, { a: refA, b: refB }, { a: score(a), b: score(b) });
        const excess = Math.max(0, refA - 0.1 - a) + Math.max(0, refB - b);
        expect(guardedReward(reward, broken)).toBeCloseTo(Math.max(0, reward - 10 * excess), 12);
        expect(broken.size > 0).toBe(excess > 0);
      }),
    );
    expect(brokenGuards(guards, { a: 0.5, b: 0 }, { a: score(null), b: score(1) })).toEqual(new Map([['a', 0.4]]));
  });

  test('in a search, they are measured with cross-entropy first, and candidates that break them lose their reward', async () => {
    const events: SearchEvent[] = [];
    const open = await search(await loaded(SHORT), { makeExecutor });
    const guarded = { ...SHORT, guards: [{ metric: 'gacc', drop: 0 }] };
    const config = await loaded(guarded);
    const { folder, trials } = await search(config, { makeExecutor, onEvent: (event) => events.push(event) });
    expect(events.flatMap((event) => (event.type === 'preparation-started' ? [event.job] : []))).toEqual([
      'inspection',
      'warm-start',
      'reference',
    ]);
    const { reference } = JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8')) as {
      reference: Record<string, Record<string, number>>;
    };
    const lowest = reference['1']?.gacc as number;
    expect(lowest).toBeGreaterThan(0);
    let broken = 0;
    for (const [index, { outcome }] of trials.entries()) {
      if (outcome?.status !== 'complete') throw new Error('a trial is not complete');
      const free = rewardOf((open.trials[index] as (typeof open.trials)[number] & { outcome: typeof outcome }).outcome);
      const { gacc } = outcome.metrics as unknown as Record<string, ExactScore>;
      const excess = Math.max(0, lowest - (gacc?.value ?? 0));
      if (excess > 0) broken += 1;
      expect(outcome.reward).toBeCloseTo(Math.max(0, free - 10 * excess), 9);
    }
    expect(broken).toBeGreaterThan(0);
  });

  test('a damaged reference is measured again', async () => {
    const config = await loaded({ ...SHORT, guards: [{ metric: 'gacc', drop: 0 }] });
    const stop = new AbortController();
    const part = await search(config, {
      makeExecutor,
      signal: stop.signal,
      onEvent: (event) => event.type === 'trial-finished' && stop.abort(new Error('stop')),
    });
    const path = join(part.folder, 'reference.json');
    const before = await readFile(path, 'utf8');
    await writeFile(path, before.replace(/0\.\d/, '0.9'));
    const { resumeSearch } = await import('@auto-seg-loss/runtime');
    const measured: string[] = [];
    await resumeSearch(part.folder, {
      makeExecutor,
      onEvent: (event) => event.type === 'preparation-started' && measured.push(event.job),
    });
    expect(measured).toEqual(['reference']);
    expect(await readFile(path, 'utf8')).toBe(before);
  });
});

describe('pruning', () => {
  test('halving spends less, prunes the rest, and leaves no paused state', async () => {
    const pruning = { rule: 'halving', rungs: [0.25, 0.5], keep: 0.5 };
    const config = await loaded({ ...SHORT, searcher: { use: 'random', rounds: 1, samples: 4 }, pruning });
    const { folder, trials } = await search(config, { makeExecutor });
    const images = trials.map(({ outcome }) => (outcome?.status === 'failed' ? 0 : outcome?.images));
    expect(images.toSorted()).toEqual([2, 2, 4, 8]);
    expect(trials.filter(({ outcome }) => outcome?.status === 'pruned')).toHaveLength(3);
    const store = TrialStore.read(folder);
    expect(store.rungs().map(({ share }) => share)).toHaveLength(6);
    store.close();
  });
});

describe('what a pruned trial leaves', () => {
  const pruning = { rule: 'halving', rungs: [0.25, 0.5, 0.75], keep: 0.5 };
  const config = { ...SHORT, searcher: { use: 'random', rounds: 2, samples: 5 }, pruning };
  const keysOf = async (folder: string) => {
    const names = await readdir(join(folder, 'paused'));
    return new Set(names.map((name) => name.slice(0, 64)));
  };

  test('goes at once: neither its state nor the one before waits for anything', async () => {
    const stop = new AbortController();
    const { folder, trials } = await search(await loaded(config), {
      makeExecutor,
      signal: stop.signal,
      onEvent: (event) => {
        // At the second rung trials have a state before theirs.
        if (event.type === 'rung-reached' && event.share === 0.75) stop.abort(new Error('stop'));
      },
    });
    const pruned = trials.filter(({ outcome }) => outcome?.status === 'pruned');
    expect(pruned.map(({ outcome }) => outcome?.status === 'pruned' && outcome.share).sort()).toEqual([
      0.25, 0.25, 0.5,
    ]);
    const waiting = await keysOf(folder);
    expect(waiting.size).toBeGreaterThan(0);
    for (const { key } of pruned) expect(waiting).not.toContain(key);
  });

  test('of a process that was killed before it could, goes when the search goes on', async () => {
    const stop = new AbortController();
    const { folder, trials } = await search(await loaded(config), {
      makeExecutor,
      signal: stop.signal,
      onEvent: (event) => event.type === 'round-finished' && stop.abort(new Error('stop')),
    });
    const key = trials.find(({ outcome }) => outcome?.status === 'pruned')?.key ?? '';
    for (const name of [`${key}.safetensors`, `${key}.safetensors.previous`])
      await writeFile(join(folder, 'paused', name), 'left');
    await writeFile(join(folder, 'paused', 'notes.txt'), 'not ours');
    const again = new AbortController();
    const { resumeSearch } = await import('@auto-seg-loss/runtime');
    await resumeSearch(folder, {
      makeExecutor,
      signal: again.signal,
      onEvent: (event) => event.type === 'round-started' && again.abort(new Error('stop')),
    });
    expect(await readdir(join(folder, 'paused'))).toEqual(['notes.txt']);
  });
});

describe('measured candidates', () => {
  test('are trained in rounds of their own, the same for all, and kept', async () => {
    const config = await loaded(CONFIG);
    const { folder, trials } = await search(config, { makeExecutor });
    const candidates = trials.slice(0, 2).map(({ theta }) => theta);
    const options = {
      folder: join(folder, 'measured'),
      candidates,
      repeats: 2,
      warmStart: join(folder, 'warm-start.safetensors'),
      makeExecutor,
    };
    const measured = await measureCandidates(config, options);
    expect(measured).toHaveLength(2);
    expect(measured?.[0]).toHaveLength(2);
    const events: SearchEvent[] = [];
    expect(await measureCandidates(config, { ...options, onEvent: (event) => events.push(event) })).toEqual(measured);
    expect(events.filter(({ type }) => type === 'trial-started')).toEqual([]);
    expect(events.filter(({ type }) => type === 'preparation-started')).toEqual([]);
    const other = { ...options, candidates: candidates.slice(1) };
    expect((await failure(measureCandidates(config, other))).code).toBe('ASL_RUN_FOLDER');
  });

  test('a gradient search goes through its rounds', async () => {
    const config = await loaded({ searcher: { use: 'gradient', passes: 1, samples: 2, every: 2 } });
    const { trials, found } = await search(config, { makeExecutor });
    const descended = trials.flatMap(({ outcome }) => (outcome?.status === 'complete' ? [outcome.descended] : []));
    expect(descended.filter((end) => end !== undefined)).toHaveLength(2);
    expect(trials.slice(2, 4).map(({ theta }) => theta)).toEqual(descended.slice(0, 2));
    expect(
      trials.slice(0, 2).every(({ theta }, index) => theta.some((value, axis) => value !== descended[index]?.[axis])),
    ).toBe(true);
    expect(found?.winner.trial?.number ?? 2).toBeGreaterThanOrEqual(2);
  });
});
