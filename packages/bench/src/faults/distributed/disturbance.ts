import type { Random } from '@auto-seg-loss/kernel';

/** What befalls a search whose trials run on other machines. */
export const KINDS = [
  /** SIGKILL to a worker and what it runs; another one comes. */
  'worker killed',
  /** SIGKILL to the process of a trial. */
  'trial killed',
  /** SIGSTOP, and SIGCONT after its trial was given to another. */
  'worker stopped',
  /** Connections end, and none comes about for a while. */
  'worker cut off',
  /** Nothing arrives for a while, and nobody is told. */
  'worker held up',
  'search cut off',
  /** SIGSTOP for longer than its lease, and SIGCONT. */
  'search stopped',
  /** SIGKILL, and it is gone on with. */
  'search killed',
  /** SIGKILL; it comes again with nothing in it. */
  'Redis emptied',
  /** `maxmemory` below what it holds. */
  'Redis full',
] as const;

export type Kind = (typeof KINDS)[number];

export interface Disturbance {
  readonly kind: Kind;
  /** The worker, if it is one's and that one has a trial; else the other. */
  readonly worker: 0 | 1;
  /** After a trial has begun. */
  readonly afterMs: number;
  /** In leases. */
  readonly lasts: number;
  /** Whether the next one does not wait for what becomes of this one. */
  readonly overlaps: boolean;
}

/** How long each may last, in leases. What is to be found out after a lease lasts for more than one. */
const LASTS: Readonly<Partial<Record<Kind, readonly [number, number]>>> = {
  'worker stopped': [1.6, 2.5],
  'search stopped': [1.2, 2.5],
  'worker cut off': [0.1, 2],
  'worker held up': [0.3, 2],
  'search cut off': [0.1, 2],
  'search killed': [0, 0.5],
  'Redis emptied': [0, 1],
  'Redis full': [0.5, 2],
};
const OVERLAPPING = 0.25;

/** All kinds in turns, in an order that is drawn for each turn. @param delayMs how long a trial takes at least. */
export function drawDisturbances(count: number, delayMs: number, random: Random): readonly Disturbance[] {
  const turns = Array.from({ length: Math.ceil(count / KINDS.length) }, (_, turn) => random.split(turn).shuffle(KINDS));
  return turns
    .flat()
    .slice(0, count)
    .map((kind): Disturbance => {
      const [least, most] = LASTS[kind] ?? [0, 0];
      return {
        kind,
        worker: random.uniform() < 0.5 ? 0 : 1,
        afterMs: Math.round(random.uniform() * delayMs),
        lasts: least + random.uniform() * (most - least),
        overlaps: random.uniform() < OVERLAPPING,
      };
    });
}
