import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { row } from '../report.ts';
import { RedisServer } from './redis-server.ts';
import { overRedis, type Started, startAsl, startScript, stop } from './run-asl.ts';

const SLEEPING = fileURLToPath(new URL('../../dist/distributed/sleeping-workers.js', import.meta.url));

const PROCESSES = 4;
const WORKERS = 200;
const TRIALS_PER_SECOND = 4;
/** More than wait in Redis at a time. */
const TRIALS = 800;
const MEAN_MS = (1000 * WORKERS) / TRIALS_PER_SECOND;
/** Between two looks at the queue. */
const LOOK_MS = 250;
/** Of /proc: hundredths of a second, on all Linux machines of today. */
const TICKS_PER_SECOND = 100;

const CONFIG = {
  metric: 'miou',
  searcher: { use: 'random', rounds: 1, samples: TRIALS },
  dataset: { use: 'scenes', size: [32, 32], train: 6, val: 2 },
  network: { use: 'deeplab-lite', width: 4, rates: [1] },
  proxy: { size: [32, 32], batchSize: 2, iterations: 4, warmStart: null },
  reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
};
const COLUMNS = [58, 20, 12];

/** What a worker that sleeps prints. */
export interface SleptEvent {
  readonly event: 'begun' | 'ended';
  readonly number: number;
  /** By the time of day, in milliseconds. */
  readonly at: number;
}

interface Look {
  readonly at: number;
  /** Trials that wait for a worker in Redis. */
  readonly waiting: number;
  /** Seconds of processor time of the search's process so far. */
  readonly cpu: number;
}

/** What a search's own process takes while many workers run its trials: real `asl search`, workers that sleep. */
export async function measureSimulated(write: (line: string) => void): Promise<void> {
  const project = mkdtempSync(join(tmpdir(), 'asl-simulated-'));
  const redis = await RedisServer.start();
  const started: Started[] = [];
  const events: SleptEvent[] = [];
  try {
    writeFileSync(join(project, 'asl.config.json'), JSON.stringify(CONFIG));
    const slots = String(WORKERS / PROCESSES);
    for (let place = 0; place < PROCESSES; place++) {
      const args = [redis.url, slots, String(MEAN_MS), String(place)];
      started.push(startScript(SLEEPING, args, project, {}, (line) => events.push(JSON.parse(line) as SleptEvent)));
    }
    const search = startAsl(['search', '--out', 'run', '--engine', 'wasm', ...overRedis(redis.url)], project);
    started.push(search);
    const looks: Look[] = [];
    const ended = (): number => events.filter(({ event }) => event === 'ended').length;
    while (ended() < TRIALS) {
      const { exitCode, pid } = search.child;
      if (exitCode !== null) await search.ended;
      if (events.length > 0) looks.push({ at: Date.now(), waiting: waitingIn(redis), cpu: cpuOf(pid) });
      await sleep(LOOK_MS);
    }
    tell(events, looks, megabytesOf(search.child.pid), write);
  } finally {
    for (const each of started.reverse()) await stop(each);
    await redis.remove();
    rmSync(project, { recursive: true, force: true });
  }
}

function tell(
  events: readonly SleptEvent[],
  looks: readonly Look[],
  megabytes: number,
  write: (line: string) => void,
): void {
  const begun = events.filter(({ event }) => event === 'begun').map(({ at }) => at);
  const first = Math.min(...begun);
  const lastBegun = Math.max(...begun);
  const end = Math.max(...events.map(({ at }) => at));
  const seconds = (end - first) / 1000;
  const during = looks.filter(({ at }) => at >= first && at <= end);
  const [one, last] = [during[0], during.at(-1)];
  if (one === undefined || last === undefined) throw new Error('no look at the search');
  const share = (1000 * (last.cpu - one.cpu)) / (last.at - one.at);
  // Until the last trial of the round is begun, one waits.
  const dry = during.filter(({ at, waiting }) => at < lastBegun - LOOK_MS && waiting === 0).length;
  write('');
  write(`A round of ${TRIALS} trials that sleep, ${WORKERS} workers in ${PROCESSES} processes, over Redis`);
  write(row(['', 'measured', 'goal'], COLUMNS));
  // After the longest of those that began at once, they come evenly.
  const even = first + 1.5 * MEAN_MS;
  const rate = (1000 * begun.filter((at) => at > even).length) / (lastBegun - even);
  write(row(['trials a second, until the last one is begun', rate.toFixed(2), String(TRIALS_PER_SECOND)], COLUMNS));
  write(
    row(["share of the workers' time in trials, until then", busyShare(events, first, lastBegun).toFixed(3)], COLUMNS),
  );
  write(row(["the search's process: processor cores", share.toFixed(3), '0.5'], COLUMNS));
  write(row(["the search's process: MB at most", megabytes.toFixed(0), '300'], COLUMNS));
  write(row(['looks at which no trial waited, though some were left', `${dry} of ${during.length}`, '0'], COLUMNS));
  write(row(['seconds, from the first trial to the end of the last', seconds.toFixed(0)], COLUMNS));
}

function busyShare(events: readonly SleptEvent[], from: number, until: number): number {
  const begun = new Map<number, number>();
  let busy = 0;
  for (const { event, number, at } of events) {
    if (event === 'begun') begun.set(number, at);
    else busy += Math.max(0, Math.min(at, until) - (begun.get(number) ?? at));
  }
  return busy / (WORKERS * (until - from));
}

function waitingIn(redis: RedisServer): number {
  const queues = redis.cli('KEYS', 'asl:trials-*:wait').trim().split('\n');
  return queues.filter((key) => key !== '').reduce((sum, key) => sum + Number(redis.cli('LLEN', key)), 0);
}

/** Processor time of a process so far, in seconds. */
function cpuOf(pid: number | undefined): number {
  // The name before them may hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const [user, system] = [fields[11], fields[12]].map(Number);
  return ((user ?? Number.NaN) + (system ?? Number.NaN)) / TICKS_PER_SECOND;
}

/** The most that a process took so far, in MB. */
function megabytesOf(pid: number | undefined): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}
