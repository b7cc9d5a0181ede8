import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildStudy } from '../../packages/study/test/build.ts';
import { runFolder } from '../../packages/study/test/run-folder.ts';

// Whole searches as processes of their own, killed for real.
beforeAll(buildStudy);

const script = fileURLToPath(new URL('../../packages/study/test/fixtures/search.mjs', import.meta.url));

interface Ended {
  readonly status: string;
  readonly best: number;
  readonly hash: string;
}
interface Search {
  readonly child: ChildProcess;
  /** The process's last line; null if it was killed. */
  readonly ended: Promise<Ended | null>;
}

/** @param onFinished called with the number of trials this process has finished, and those that lost a worker. */
function search(
  options: object,
  onFinished: (trials: number, child: ChildProcess, retried: ReadonlySet<number>) => void = () => {},
): Search {
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let ended: Ended | null = null;
  let finished = 0;
  const retried = new Set<number>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line);
    if (event.type === 'trial-retried') retried.add(event.number);
    if (event.type === 'trial-finished') onFinished(++finished, child, retried);
    if (event.type === 'ended') ended = event;
  });
  return { child, ended: new Promise((resolve) => child.once('close', () => resolve(ended))) };
}

const pidsIn = (journal: string): number[] =>
  existsSync(journal)
    ? readFileSync(journal, 'utf8')
        .trim()
        .split('\n')
        .map((line) => Number(line.split(' ')[1]))
    : [];
/** The process that last began a trial, unless that trial has lost a worker before: one that loses two has failed. */
const lastFirstAttempt = (journal: string, retried: ReadonlySet<number>): number | undefined => {
  const lines = readFileSync(journal, 'utf8').trim().split('\n');
  const [trial, pid] = lines.at(-1)?.split(' ') ?? [];
  const attempts = lines.filter((line) => line.startsWith(`${trial} `)).length;
  return attempts === 1 && !retried.has(Number(trial)) ? Number(pid) : undefined;
};
const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const allGone = async (pids: readonly number[]): Promise<void> => {
  await expect.poll(() => pids.filter(lives), { timeout: 10_000 }).toEqual([]);
};

describe('a search as a process', () => {
  test('ends the same with 1, 2 and 4 workers', async () => {
    const results: (Ended | null)[] = [];
    for (const workers of [1, 2, 4]) {
      const folder = runFolder();
      results.push(await search({ folder, workers, ms: 5, journal: join(folder, 'journal') }).ended);
      expect(new Set(pidsIn(join(folder, 'journal'))).size).toBe(workers);
    }
    expect(results[0]?.status).toBe('complete');
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  test.each([1, 2])('killed with SIGKILL again and again, it ends the same; %i workers', async (workers) => {
    const undisturbed = await search({ folder: runFolder(), workers }).ended;
    const folder = runFolder();
    const journal = join(folder, 'journal');
    const options = { folder, workers, ms: 20, journal };
    let ended: Ended | null = null;
    let kills = 0;
    while (ended === null && kills < 30) {
      // Each process is killed after one to three trials of its own.
      const after = 1 + (kills % 3);
      const run = search(options, (trials, child) => {
        if (trials === after) child.kill('SIGKILL');
      });
      ended = await run.ended;
      if (ended === null) kills += 1;
    }
    await allGone(pidsIn(journal));
    expect(kills).toBeGreaterThan(4);
    expect(ended).toEqual(undisturbed);
  });

  test('its workers killed one after the other, it ends the same', async () => {
    const undisturbed = await search({ folder: runFolder(), workers: 2 }).ended;
    const folder = runFolder();
    const journal = join(folder, 'journal');
    let killed = 0;
    const run = search({ folder, workers: 2, ms: 30, journal }, (trials, _, retried) => {
      const victim = trials % 2 === 1 ? lastFirstAttempt(journal, retried) : undefined;
      if (victim !== undefined && lives(victim)) {
        process.kill(victim, 'SIGKILL');
        killed += 1;
      }
    });
    expect(await run.ended).toEqual(undisturbed);
    expect(killed).toBeGreaterThan(3);
    await allGone(pidsIn(journal));
  });

  test('after Ctrl-C, with the signal to the workers too, it keeps what is finished and goes on', async () => {
    const undisturbed = await search({ folder: runFolder(), workers: 2 }).ended;
    const folder = runFolder();
    const journal = join(folder, 'journal');
    const options = { folder, workers: 2, ms: 50, journal };
    const interrupted = await search(options, (trials, child) => {
      if (trials !== 5) return;
      for (const pid of new Set(pidsIn(journal))) process.kill(pid, 'SIGINT');
      child.kill('SIGINT');
    }).ended;
    expect(interrupted?.status).toBe('interrupted');
    await allGone(pidsIn(journal));
    expect(await search(options).ended).toEqual(undisturbed);
  });

  test('killed while its workers are busy and hear nothing, it leaves no process', async () => {
    const folder = runFolder();
    const journal = join(folder, 'journal');
    const run = search({ folder, workers: 2, ms: 1e8, blocking: true, journal });
    await expect.poll(() => new Set(pidsIn(journal)).size, { timeout: 20_000 }).toBe(2);
    run.child.kill('SIGKILL');
    await run.ended;
    await allGone(pidsIn(journal));
  });
});
