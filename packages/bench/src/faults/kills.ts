import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@auto-seg-loss/kernel';
import type { Befalls, Fault } from './fault-plan.ts';
import { type Ended, FaultySearch, type Running } from './searches.ts';
import { checkEnd, checkKept, failure, type Kept, type Undisturbed } from './undisturbed.ts';

/** A kill as it is told of. */
export interface Kill {
  readonly workers: number;
  /** A moment, or a named point. */
  readonly at: string;
  readonly what: 'group' | 'process';
  /** What the store held of the search afterwards; undefined where no run was begun, or where the search went on. */
  readonly kept?: Kept | undefined;
}

type Tell = (kill: Kill) => void;

/** Whether it is workers that come by a point. */
function isWorkers(point: string): boolean {
  return /^(warm-start\.safetensors|paused\/<key>\.safetensors(\.previous)?):/.test(point);
}

/**
 * Runs a search with everything that is to befall it, each once, gone on with until it has ended; then compares it.
 * @returns the faults that have happened.
 * @throws Error where the search ends with an error; AssertionError where anything was lost or has become another.
 */
export async function surviveFaults(
  undisturbed: Undisturbed,
  faults: readonly Fault[],
  tell: Tell = () => {},
): Promise<readonly Fault[]> {
  const { workers, config } = undisturbed;
  const search = new FaultySearch(workers, config);
  try {
    let kept: Kept | undefined;
    const told = new Set<Fault>();
    for (;;) {
      const running = kept === undefined ? search.start([], { faults }) : search.resume([], { faults });
      const ended = await running.ended;
      const isKilled = ended.signal === 'SIGKILL';
      if (!isKilled && ended.code !== 0) throw failure(`the search with ${workers} workers`, ended);
      if (isKilled) kept = checkKept(search, undisturbed, kept);
      const happened = faultsOf(search, faults);
      for (const fault of happened.filter((each) => !told.has(each))) {
        told.add(fault);
        tell({ workers, at: fault.point, what: fault.befalls === 'kill-group' ? 'group' : 'process', kept });
      }
      if (isKilled) continue;
      checkEnd(search, undisturbed);
      return happened;
    }
  } finally {
    search.remove();
  }
}

/** What has befallen a search so far. */
function faultsOf({ stateFolder }: FaultySearch, faults: readonly Fault[]): readonly Fault[] {
  const marks = readdirSync(stateFolder).flatMap((name) => /^fault-(\d+)$/.exec(name)?.[1] ?? []);
  return marks.map((index) => faults[Number(index)] as Fault);
}

/**
 * Kills at each point that a search passes, the first time that it does: of the search with all its workers, and, where
 * workers write, of one worker alone.
 */
export function killsAtPoints({ points }: Undisturbed): readonly Fault[] {
  return [...points.keys()].flatMap((point) => killsAt(point).map((befalls): Fault => ({ point, skip: 0, befalls })));
}

function killsAt(point: string): readonly Befalls[] {
  return isWorkers(point) ? ['kill', 'kill-group'] : ['kill-group'];
}

/** Some of them, at any time that the point is passed; the search's process may also be killed without its workers. */
export function someKillsAtPoints({ points }: Undisturbed, kills: number, random: Random): readonly Fault[] {
  const all = [...points].flatMap(([point, times]) => Array.from({ length: times }, (_, skip) => ({ point, skip })));
  return Array.from({ length: kills }, () => {
    const at = all[random.integer(0, all.length - 1)] as (typeof all)[number];
    return { ...at, befalls: random.uniform() < 0.5 ? 'kill' : 'kill-group' };
  });
}

/**
 * Kills searches at random moments: single workers, and the search with all its workers. Each is gone on with, and what
 * comes to its end is compared.
 */
export async function surviveMoments(
  undisturbed: Undisturbed,
  kills: number,
  random: Random,
  tell: Tell = () => {},
): Promise<void> {
  for (let done = 0; done < kills; ) {
    const search = new FaultySearch(undisturbed.workers, undisturbed.config);
    try {
      done += await surviveSome(search, undisturbed, kills - done, random, tell);
    } finally {
      search.remove();
    }
  }
}

/** One search. @returns how often it was killed. */
async function surviveSome(
  search: FaultySearch,
  undisturbed: Undisturbed,
  most: number,
  random: Random,
  tell: Tell,
): Promise<number> {
  const { workers } = undisturbed;
  // Short of a whole search: a process that goes on with one has less to do. What is late in it comes after several kills.
  const moment = (): number => Math.round((random.uniform() * undisturbed.ms) / 2);
  let kept: Kept | undefined;
  for (let kills = 0; ; ) {
    const workersBefore = workerLog(search).length;
    const running = kept === undefined ? search.start() : search.resume();
    // A second worker that dies of the same trial makes it fail, as it should: one for each process that searches.
    if (kills < most && random.uniform() < 0.7) {
      const at = moment();
      if (await killWorker(search, running, at, workersBefore, random)) {
        kills += 1;
        tell({ workers, at: `${at} ms`, what: 'process' });
      }
    }
    if (kills < most) {
      const at = moment();
      await within(running, at);
      if (running.child.exitCode === null && process.kill(-(running.child.pid as number), 'SIGKILL')) {
        const { signal } = await running.ended;
        if (signal === 'SIGKILL') {
          kept = checkKept(search, undisturbed, kept);
          kills += 1;
          tell({ workers, at: `${at} ms`, what: 'group', kept });
          continue;
        }
      }
    }
    const ended = await running.ended;
    if (ended.code !== 0) throw failure(`the search with ${workers} workers`, ended);
    checkEnd(search, undisturbed);
    return kills;
  }
}

/** Waits for a moment, or the end of the process. @returns how it ended, if it did. */
function within({ ended }: Running, ms: number): Promise<Ended | undefined> {
  return Promise.race([ended, sleep(ms, undefined)]);
}

/** Kills a worker of a process, at a moment or as soon after it as there is one. @returns whether there was one. */
async function killWorker(
  search: FaultySearch,
  running: Running,
  at: number,
  logBefore: number,
  random: Random,
): Promise<boolean> {
  if ((await within(running, at)) !== undefined) return false;
  const draw = random.uniform();
  for (;;) {
    const alive = aliveIn(workerLog(search).slice(logBefore));
    const pid = alive[Math.floor(draw * alive.length)];
    try {
      if (pid !== undefined) return process.kill(pid, 'SIGKILL');
    } catch {
      // It ended in the meantime.
    }
    if ((await within(running, 20)) !== undefined) return false;
  }
}

function workerLog({ runFolder }: FaultySearch): string {
  const path = join(runFolder, 'workers.log');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function aliveIn(log: string): readonly number[] {
  const alive = new Set<number>();
  for (const [, pid, event] of log.matchAll(/^\[[^\]]+\] worker (\d+) (started|ended)/gm))
    if (event === 'started') alive.add(Number(pid));
    else alive.delete(Number(pid));
  return [...alive];
}
