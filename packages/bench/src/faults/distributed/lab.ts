import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisServer } from '../../distributed/redis-server.ts';
import { Machine } from './machine.ts';
import { Network } from './network.ts';
import { type JournalEntry, readJournal } from './trial-journal.ts';

/** Short, so that what is lost is soon found; far longer than a trial. */
const LEASE_MS = 1_000;
const HEARTBEAT_MS = 300;
/** What a trial takes at least, so that most of what happens happens during one. */
const DELAY_MS = 150;

/** A trial that a machine has under way. */
export interface Underway {
  readonly machine: 0 | 1;
  readonly pid: number;
  readonly task: string;
}

/** A Redis, two workers, and a way to Redis for each of them and for the search. */
export class Lab {
  readonly leaseMs: number = LEASE_MS;
  readonly delayMs: number = DELAY_MS;
  readonly redis: RedisServer;
  readonly machines: readonly [Machine, Machine];
  /** Of the machines, and of the search. */
  readonly networks: readonly [Network, Network, Network];
  readonly #folder: string;

  private constructor(redis: RedisServer, networks: readonly [Network, Network, Network]) {
    this.redis = redis;
    this.networks = networks;
    this.#folder = mkdtempSync(join(tmpdir(), 'asl-machines-'));
    const watch = { journal: this.#journal, delayMs: DELAY_MS };
    const [one, other] = networks;
    this.machines = [new Machine(one.url, this.#folder, watch), new Machine(other.url, this.#folder, watch)];
    for (const machine of this.machines) machine.start();
  }

  static async open(): Promise<Lab> {
    const redis = await RedisServer.start();
    const { port } = redis;
    return new Lab(redis, [await Network.open(port), await Network.open(port), await Network.open(port)]);
  }

  get #journal(): string {
    return join(this.#folder, 'journal');
  }

  /** The search's. */
  get network(): Network {
    return this.networks[2];
  }

  /** What makes a search run its trials here. */
  get config(): object {
    const times = { lease: LEASE_MS / 1000, heartbeat: HEARTBEAT_MS / 1000 };
    return { executor: { use: 'bullmq', url: this.network.url, ...times } };
  }

  /** What trials' processes noted so far. */
  entries(): readonly JournalEntry[] {
    return readJournal(this.#journal);
  }

  /** How many trials, or parts of some, came to an end so far. */
  ended(): number {
    return this.entries().filter(({ event }) => event === 'ended').length;
  }

  underway(): readonly Underway[] {
    const last = new Map<number, JournalEntry>();
    for (const entry of this.entries()) last.set(entry.worker, entry);
    return this.machines.flatMap(({ pid }, place): Underway[] => {
      const entry = pid === undefined ? undefined : last.get(pid);
      return entry?.event === 'begun' ? [{ machine: place as 0 | 1, pid: entry.pid, task: entry.task }] : [];
    });
  }

  /** What the workers printed last. */
  output(): string {
    return this.machines.map(({ output }, place) => `worker ${place}:\n${output}`).join('\n');
  }

  async close(): Promise<void> {
    for (const machine of this.machines) await machine.kill();
    for (const network of this.networks) network.close();
    await this.redis.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
