import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunStatus } from '@auto-seg-loss/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runsText } from '../src/report/runs-text.ts';
import { statusText, statusWords } from '../src/report/status-text.ts';
import { runAsl, startAslUntil } from './run-asl.ts';
import { smallestSearch } from './smallest-search.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-status-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const stateOf = async (): Promise<RunStatus> =>
  JSON.parse((await runAsl(['status', 'run', '--json'], { cwd: folder })).stdout) as RunStatus;

describe('asl status', () => {
  test('tells of a search while it runs, and does not take it for running when it was killed', async () => {
    // Long enough not to end meanwhile.
    const config = { ...smallestSearch, searcher: { use: 'ppo', rounds: 200, samples: 3 } };
    await writeFile(join(folder, 'asl.config.json'), JSON.stringify(config));
    const { child } = await startAslUntil(['search', '--out', 'run'], /round 1\/200 done/, folder);
    const exited = new Promise((resolve) => child.once('exit', resolve));
    try {
      const status = await stateOf();
      expect(status).toMatchObject({
        kind: 'search',
        state: 'running',
        process: { pid: child.pid },
        metric: 'miou',
        workers: 2,
        progress: { rounds: { planned: 200 }, trials: { planned: 600 } },
      });
      expect(status.secondsLeft).toBeGreaterThan(0);
      const { progress } = status;
      expect(progress.kind === 'search' && progress.trials.finished).toBeGreaterThanOrEqual(3);
    } finally {
      child.kill('SIGKILL');
    }
    await exited;
    expect(await stateOf()).toMatchObject({ state: 'stopped', killed: true, process: null, doing: [] });
    const { code, stdout } = await runAsl(['status', 'run'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^state +stopped: its process ended without a word$/m);
    expect(stdout).toMatch(/^to go on +.*asl search --resume run$/m);
  });

  test.each([
    ['.', 'the folder holds no run, and no folders of runs', 'another folder'],
    ['nowhere', 'there is no such folder', 'nothing of that name'],
    ['file', 'that is no folder of a run', 'a file'],
  ])('says of what is no run what it is: %s', async (name, message, received) => {
    await writeFile(join(folder, 'file'), '');
    const { code, stdout, stderr } = await runAsl(['status', name], { cwd: folder });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(
      new RegExp(`^ASL_RUN_FOLDER: ${message}\n +where: +.*\n +expected: .*\n +received: ${received}\n`),
    );
  });
});

describe('the text of a status', () => {
  const at = Date.parse('2026-01-01T00:10:00Z');
  const running: RunStatus = {
    kind: 'search',
    folder: '/somewhere/run',
    state: 'running',
    error: null,
    killed: false,
    process: { pid: 42, host: 'here' },
    running: { since: '2026-01-01T00:00:00Z', heard: '2026-01-01T00:09:59Z' },
    metric: 'miou',
    of: { searcher: 'ppo', dataset: 'scenes', network: 'deeplab-lite', seed: 1 },
    workers: 2,
    preparing: null,
    doing: [
      {
        worker: 'process 7',
        trial: 3,
        round: 1,
        loss: null,
        seed: null,
        since: '2026-01-01T00:09:00Z',
        iterations: 20,
        until: 120,
      },
      {
        worker: null,
        trial: 4,
        round: 1,
        loss: null,
        seed: null,
        since: '2026-01-01T00:09:00Z',
        iterations: null,
        until: 120,
      },
    ],
    waiting: 0,
    coreHours: 0.5,
    secondsLeft: null,
    progress: {
      kind: 'search',
      rounds: { done: 0, planned: 2 },
      trials: { planned: 6, finished: 0, complete: 0, pruned: 0, failed: 0, pending: 6 },
      again: { done: 0, planned: 6 },
      best: null,
      front: null,
    },
  };

  test('says the front of several metrics, with its knee', () => {
    const front = {
      metrics: ['miou', 'bf1'],
      losses: [
        { trial: 3, round: 1, scores: [0.4, 0.2] },
        { trial: 5, round: 2, scores: [0.375, 0.3] },
      ],
      knee: 2,
      hypervolume: 0.1,
      again: true,
    };
    const several = { ...running, progress: { ...running.progress, front } } as RunStatus;
    const text = statusText(several, at);
    expect(text).toMatch(/^front +2 losses, hypervolume 10.00 %; means of new trainings by which they are chosen$/m);
    expect(text).toMatch(/^loss 1 +miou 40.00 %, bf1 20.00 % \(round 1, trial 3\)$/m);
    expect(text).toMatch(/^knee +miou 37.50 %, bf1 30.00 % \(round 2, trial 5\)$/m);
    expect(text).not.toMatch(/^best/m);
    expect(statusWords(several, at).best).toBe('front of 2, knee 37.50 and 30.00 %');
  });

  test('says what is not known yet, and what each worker does', () => {
    const text = statusText(running, at);
    expect(text).toMatch(/^left +not known yet$/m);
    expect(text).toMatch(/^state +running for 10 min 0 s, process 42 on here$/m);
    expect(text).toContain('  process 7: trial 3, round 1, iteration 20 of 120, for 1 min 0 s');
    // Not that it waits: there are as many workers as trials.
    expect(text).toContain('  trial 4, round 1: its worker is starting');
    expect(text).not.toContain('turn');
  });

  test('of several runs is a line for each, and what to do to see more', () => {
    const runs = ['/somewhere/one', '/somewhere/two'].map((place) => ({ ...running, folder: place }));
    const broken = { folder: '/somewhere/three', code: 'ASL_STATE_CORRUPT', message: 'the store is damaged' };
    const lines = runsText({ folder: '/somewhere', runs, unreadable: [broken] }, at).split('\n');
    expect(
      lines.filter((line) => /^(one|two) +running +search for miou with ppo +0 of 6 trials/.test(line)),
    ).toHaveLength(2);
    expect(lines.at(-2)).toBe('three cannot be looked at: ASL_STATE_CORRUPT: the store is damaged');
    expect(lines.at(-1)).toMatch(/asl status RUN.*asl dashboard .*somewhere$/);
  });

  test.each([
    [1, '  1 trial waits for its turn'],
    [3, '  3 trials wait for their turn'],
  ])('says what waits while others have the workers: %i', (waiting, expected) => {
    expect(
      statusText({ ...running, doing: [], waiting }, at)
        .split('\n')
        .at(-1),
    ).toBe(expected);
  });

  test('says when a process that lives was not heard of', () => {
    expect(statusText(running, at + 300_000)).toMatch(/; not heard of for 5 min 1 s$/m);
  });

  test('says so of a process that says nothing of itself', () => {
    const silent = { ...running, running: null, workers: null, doing: [] };
    expect(statusText(silent, at)).toMatch(
      /^state +running, process 42 on here, which has the run's lock and does not say what it does$/m,
    );
  });

  test('says of what the best is', () => {
    const best = {
      trial: 5,
      round: 2,
      rival: null,
      reward: 0.5,
      interval: [0.45, 0.55] as const,
      from: 'new' as const,
      trainings: 3,
    };
    const { progress } = running;
    if (progress.kind !== 'search') throw new Error('a search');
    const text = statusText({ ...running, progress: { ...progress, best } }, at);
    expect(text).toMatch(
      /^best +50\.00 %, 95 % interval 45\.00 to 55\.00 %, over 3 new trainings \(round 2, trial 5\)$/m,
    );
  });
});
