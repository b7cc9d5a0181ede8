import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JournalEntry, readJournal, watched } from '../faults/distributed/trial-journal.ts';
import { row } from '../report.ts';
import { RedisServer } from './redis-server.ts';
import { overRedis, startAsl, stop } from './run-asl.ts';

/** Trials of seconds, as those of a real search: what starts and ends a search is not what is measured. */
const CONFIG = {
  metric: 'miou',
  searcher: { use: 'cma-es', rounds: 4, samples: 12 },
  dataset: { use: 'scenes', size: [48, 72], train: 40, val: 4 },
  network: { use: 'deeplab-lite', width: 12 },
  proxy: { size: [48, 72], batchSize: 8, iterations: 60, learningRate: 0.1, warmStart: null },
  reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
  workers: 2,
};
const COLUMNS = [32, 44, 8, 42, 8, 30, 36, 36];

/** One way to run a search, and how it went each time. */
interface Way {
  readonly name: string;
  readonly args: readonly string[];
  /** From the command to the report. */
  readonly seconds: number[];
  /** Of the time of the two processes of trials, from the first trial's beginning to the end of the last. */
  readonly busy: number[];
  /** Processor seconds of a trial, in the mean. */
  readonly cpu: number[];
  /** Seconds from the command to the first trial's beginning. */
  readonly before: number[];
  /** Seconds from the end of the last trial to the end of the command. */
  readonly after: number[];
}

/**
 * A whole search with two processes of this machine and with two workers over Redis, in turns. How long it takes changes with what
 * else the machine does; less so how much of that its two processes spend in trials, and the rest is what handing them out costs.
 */
export async function measureSpeed(repeats: number, write: (line: string) => void): Promise<void> {
  const project = mkdtempSync(join(tmpdir(), 'asl-distributed-'));
  const journal = join(project, 'journal');
  const env = watched({ journal, delayMs: 0 });
  const redis = await RedisServer.start();
  // They wait for searches, as on other machines.
  const workers = [1, 2].map(() => startAsl(['worker', '--url', redis.url, '--slots', '1'], project, env));
  const here = wayOf('two processes of this machine', []);
  const over = wayOf('two workers over Redis', overRedis(redis.url));
  try {
    writeFileSync(join(project, 'asl.config.json'), JSON.stringify(CONFIG));
    for (let repeat = 0; repeat < repeats; repeat++) {
      // What is slow in the first of two is so for both.
      const ways = repeat % 2 === 0 ? [here, over] : [over, here];
      const losses: Buffer[] = [];
      for (const { args, seconds, busy, cpu, before, after } of ways) {
        const out = `run-${repeat}-${losses.length}`;
        rmSync(journal, { force: true });
        const begun = Date.now();
        await startAsl(['search', '--out', out, ...args], project, env).ended;
        const ended = Date.now();
        seconds.push((ended - begun) / 1000);
        const trials = trialsOf(readJournal(journal));
        before.push((firstOf(trials) - begun) / 1000);
        after.push((ended - lastOf(trials)) / 1000);
        busy.push(busyShare(trials));
        cpu.push(trials.reduce((sum, each) => sum + each.cpu, 0) / trials.length);
        losses.push(readFileSync(join(project, out, 'loss.json')));
      }
      if (losses[1] === undefined || !losses[0]?.equals(losses[1])) throw new Error('the loss files differ');
    }
  } finally {
    for (const worker of workers) await stop(worker);
    await redis.remove();
    rmSync(project, { recursive: true, force: true });
  }
  write('');
  write('A search of 48 trials, best (all); both ways write the same loss.json');
  write(
    row(
      [
        '',
        'seconds from start to end',
        'speed',
        'share of time in trials',
        'ratio',
        'processor s a trial',
        'seconds before the first',
        'seconds after the last',
      ],
      COLUMNS,
    ),
  );
  for (const { name, seconds, busy, cpu, before, after } of [here, over]) {
    const cells = [told(seconds, Math.min), ratio(here.seconds, seconds, Math.min), told(busy, Math.max)];
    const rest = [told(cpu, Math.min), told(before, Math.min), told(after, Math.min)];
    write(row([name, ...cells, ratio(busy, here.busy, Math.max), ...rest], COLUMNS));
  }
}

function wayOf(name: string, args: readonly string[]): Way {
  return { name, args, seconds: [], busy: [], cpu: [], before: [], after: [] };
}

function firstOf(trials: readonly Ran[]): number {
  return Math.min(...trials.map(({ begun }) => begun));
}

function lastOf(trials: readonly Ran[]): number {
  return Math.max(...trials.map(({ ended }) => ended));
}

/** A trial that was run: when, by the time of day, and its processor seconds. */
interface Ran {
  readonly begun: number;
  readonly ended: number;
  readonly cpu: number;
}

/** What is prepared for trials has no key of a trial. */
function trialsOf(entries: readonly JournalEntry[]): readonly Ran[] {
  const begun = new Map<number, JournalEntry>();
  return entries
    .filter(({ task }) => /^[0-9a-f]{64} /.test(task))
    .flatMap((entry): Ran[] => {
      const before = begun.get(entry.pid);
      if (entry.event === 'begun') begun.set(entry.pid, entry);
      if (entry.event === 'begun' || before === undefined) return [];
      return [{ begun: before.at, ended: entry.at, cpu: (entry.cpu - before.cpu) / 1000 }];
    });
}

function busyShare(trials: readonly Ran[]): number {
  const busy = trials.reduce((sum, { begun, ended }) => sum + ended - begun, 0);
  return busy / (2 * (lastOf(trials) - firstOf(trials)));
}

type Best = (...values: number[]) => number;

function told(all: readonly number[], best: Best): string {
  const digits = best(...all) < 10 ? 3 : 1;
  return `${best(...all).toFixed(digits)} (${all.map((one) => one.toFixed(digits)).join(', ')})`;
}

function ratio(one: readonly number[], other: readonly number[], best: Best): string {
  return (best(...one) / best(...other)).toFixed(3);
}
