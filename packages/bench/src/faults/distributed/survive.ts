import { setTimeout as sleep } from 'node:timers/promises';
import { type Ended, FaultySearch, type Running } from '../searches.ts';
import { checkEnd, checkKept, failure, type Kept, type Undisturbed } from '../undisturbed.ts';
import type { Disturbance, Kind } from './disturbance.ts';
import type { Lab, Underway } from './lab.ts';

/** Between two looks at what goes on. */
const LOOK_MS = 15;
/** Far above what anything takes on a machine that is busy. */
const STUCK_MS = 10 * 60_000;

/** A disturbance as it is told of. */
export interface Happened extends Disturbance {
  /** What the store held of the search afterwards, where the search was killed. */
  readonly kept: Kept | undefined;
}

/** What a disturbance is done to: one thing at a time befalls each. */
type Subject = 'redis' | 'search' | 'worker 0' | 'worker 1';

/**
 * Runs searches on the machines of a lab until all disturbances have happened, each search to its end; then compares it.
 * @throws Error where a search ends with an error; AssertionError where anything was lost, or counted twice, or has become another.
 */
export async function surviveDisturbances(
  lab: Lab,
  undisturbed: Undisturbed,
  disturbances: readonly Disturbance[],
  tell: (happened: Happened) => void = () => {},
): Promise<void> {
  for (let left = disturbances; left.length > 0; ) {
    const search = new DisturbedSearch(lab, undisturbed, tell);
    try {
      left = left.slice(await search.survive(left));
    } finally {
      search.remove();
    }
  }
}

class DisturbedSearch {
  readonly #lab: Lab;
  readonly #undisturbed: Undisturbed;
  readonly #tell: (happened: Happened) => void;
  readonly #search: FaultySearch;
  #running: Running;
  /** The process that was killed last. */
  #killed: Running | undefined;
  /** How the search ended. */
  #ended: Ended | undefined;
  #kept: Kept | undefined;
  /** What is still to pass. */
  readonly #passing: Map<Subject, Promise<void>> = new Map();
  #failure: unknown;
  /** Tasks whose process was killed: a second time, the trial has failed. */
  readonly #deadTasks: Set<string> = new Set();

  constructor(lab: Lab, undisturbed: Undisturbed, tell: (happened: Happened) => void) {
    this.#lab = lab;
    this.#undisturbed = undisturbed;
    this.#tell = tell;
    this.#search = new FaultySearch(undisturbed.workers, { ...undisturbed.config, ...lab.config });
    this.#running = this.#watch(this.#search.start());
  }

  remove(): void {
    try {
      process.kill(-(this.#running.child.pid as number), 'SIGKILL');
    } catch {
      // It has ended.
    }
    this.#search.remove();
  }

  /** @returns how many of the disturbances happened before the search came to its end. */
  async survive(disturbances: readonly Disturbance[]): Promise<number> {
    let happened = 0;
    for (const disturbance of disturbances) {
      if (!(await this.#disturb(disturbance))) break;
      happened += 1;
    }
    for (const passing of this.#passing.values()) await passing;
    await this.#wait(() => undefined);
    if (this.#failure !== undefined) throw this.#failure;
    const ended = this.#ended as Ended;
    if (ended.code !== 0) throw failure('the disturbed search', { ...ended, stderr: this.#output() });
    checkEnd(this.#search, this.#undisturbed);
    return happened;
  }

  #watch(running: Running): Running {
    void running.ended.then((ended) => {
      if (running === this.#killed) return;
      if (hasFoundNoRedis(ended)) this.#running = this.#watch(this.#search.resume());
      else this.#ended = ended;
    });
    return running;
  }

  /** Whether the search has come to its end, and not been killed. */
  #isOver(): boolean {
    return this.#ended !== undefined || this.#failure !== undefined;
  }

  /** @returns whether it happened: not after the search's end. */
  async #disturb(disturbance: Disturbance): Promise<boolean> {
    const target = await this.#wait(() => this.#target(disturbance));
    if (target === undefined) return false;
    await sleep(disturbance.afterMs);
    const subject = subjectOf(disturbance.kind, target);
    await this.#passing.get(subject);
    if (this.#isOver()) return false;
    const ended = this.#lab.ended();
    const passing = this.#befall(disturbance, target).catch((error: unknown) => {
      this.#failure ??= error;
    });
    this.#passing.set(subject, passing);
    if (disturbance.overlaps) return true;
    await passing;
    // Goes on: at least one more trial comes to its end.
    await this.#wait(() => this.#lab.ended() > ended || undefined);
    return true;
  }

  /** @returns what was found; undefined where the search is over before. @throws Error where nothing happens any more. */
  async #wait<T>(find: () => T | undefined): Promise<T | undefined> {
    const began = performance.now();
    while (!this.#isOver()) {
      const found = find();
      if (found !== undefined) return found;
      await sleep(LOOK_MS);
      if (performance.now() - began > STUCK_MS) throw new Error(`nothing happens any more:\n${this.#output()}`);
    }
    return undefined;
  }

  #output(): string {
    return `${this.#running.printed()}\n${this.#lab.output()}`;
  }

  #target({ kind, worker }: Disturbance): Underway | undefined {
    const underway = this.#lab.underway();
    const free = kind === 'trial killed' ? underway.filter(({ task }) => !this.#deadTasks.has(task)) : underway;
    return free.find(({ machine }) => machine === worker) ?? free[0];
  }

  async #befall(disturbance: Disturbance, target: Underway): Promise<void> {
    const { redis, network, networks, machines, leaseMs } = this.#lab;
    const machine = machines[target.machine];
    const way = networks[target.machine];
    const pass = (): Promise<void> => sleep(disturbance.lasts * leaseMs);
    const told = (): void => this.#tell({ ...disturbance, kept: undefined });
    switch (disturbance.kind) {
      case 'worker killed':
        await machine.kill();
        told();
        machine.start();
        return;
      case 'trial killed':
        this.#deadTasks.add(target.task);
        killOne(target.pid);
        told();
        return;
      case 'worker stopped':
        machine.signal('SIGSTOP');
        told();
        await pass();
        machine.signal('SIGCONT');
        return;
      case 'worker cut off':
      case 'worker held up':
      case 'search cut off': {
        const cut = disturbance.kind === 'search cut off' ? network : way;
        if (disturbance.kind === 'worker held up') cut.hold();
        else cut.cut();
        told();
        await pass();
        cut.restore();
        return;
      }
      case 'search stopped':
        this.#signal('SIGSTOP');
        told();
        await pass();
        this.#signal('SIGCONT');
        return;
      case 'search killed':
        await this.#killSearch(disturbance, pass);
        return;
      case 'Redis emptied':
        await redis.kill();
        told();
        await pass();
        await redis.restart();
        return;
      case 'Redis full':
        redis.cli('CONFIG', 'SET', 'maxmemory', '1');
        told();
        await pass();
        redis.cli('CONFIG', 'SET', 'maxmemory', '0');
    }
  }

  #signal(name: NodeJS.Signals): void {
    try {
      process.kill(-(this.#running.child.pid as number), name);
    } catch {
      // It has ended.
    }
  }

  async #killSearch(disturbance: Disturbance, pass: () => Promise<void>): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#killed = this.#running;
    this.#signal('SIGKILL');
    const ended = await this.#killed.ended;
    // It had come to its end before.
    if (ended.signal !== 'SIGKILL') {
      this.#ended = ended;
      return;
    }
    this.#kept = checkKept(this.#search, this.#undisturbed, this.#kept);
    this.#tell({ ...disturbance, kept: this.#kept });
    await pass();
    this.#running = this.#watch(this.#search.resume());
    await this.#wait(() => hasGoneOn(this.#running.printed()) || undefined);
  }
}

function subjectOf(kind: Kind, { machine }: Underway): Subject {
  if (kind.startsWith('Redis')) return 'redis';
  return kind.startsWith('search') ? 'search' : `worker ${machine}`;
}

/** Whether a search could not be gone on with yet, and says so. One that was under way waits. */
function hasFoundNoRedis({ stderr }: Ended): boolean {
  return stderr.includes('ASL_WORKERS_UNREACHABLE') && !hasGoneOn(stderr);
}

function hasGoneOn(stderr: string): boolean {
  return stderr.includes('Going on with the run');
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
