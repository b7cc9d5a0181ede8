import type { PruningOptions } from '@auto-seg-loss/study';

/** What a search needs of a machine, in bytes; and what there is of it. */
export interface SearchSpaceNeeds {
  readonly disk: { readonly needed: number; readonly free: number };
  readonly memory: { readonly needed: number; readonly available: number };
  readonly warnings: readonly string[];
}

const FLOAT = 4;
/** Of a trial's row, without θ and scores; of a number in JSON. */
const ROW = 600;
const NUMBER = 21;
/** The process that searches, and what the files of a run folder take that do not grow with it. */
const COORDINATOR = 200e6;
const FIXED = 1e6;

export function spaceNeeds(of: {
  readonly trials: number;
  /** Trials of the largest round. */
  readonly round: number;
  readonly dimensions: number;
  readonly metrics: number;
  readonly classes: number;
  readonly parameters: number;
  readonly values: number;
  readonly warmStarts: number;
  readonly pruning: PruningOptions | null;
  readonly workers: number;
  /** Memory of a worker. */
  readonly each: number;
  readonly free: { readonly disk: number; readonly memory: number };
  readonly keepsFeaturesOnDisk: boolean;
}): SearchSpaceNeeds {
  const { pruning, free, workers } = of;
  // Weights and momentum; at a rung, those of the rung before are kept until it is written.
  const state = 2 * FLOAT * (of.values + of.parameters);
  const waiting = pruning === null ? 0 : pruning.rule === 'halving' ? of.round : workers;
  const scores = of.metrics * (of.classes + 1) * NUMBER;
  const rungs = 1 + (pruning?.rungs.length ?? 0);
  const store = of.trials * (ROW + of.dimensions * NUMBER + rungs * scores);
  const disk = FIXED + store + waiting * state + of.warmStarts * FLOAT * of.values;
  const memory = COORDINATOR + workers * of.each;
  return {
    disk: { needed: disk, free: free.disk },
    memory: { needed: memory, available: free.memory },
    warnings: [
      ...(memory > free.memory
        ? [`${workers} workers need more memory than there is now: lower workers (--workers), or end what else runs`]
        : []),
      ...(disk > free.disk ? ['the disk has no room for the run folder'] : []),
      ...(of.keepsFeaturesOnDisk
        ? ['the features that are kept on the disk (proxy.keptFeatures) come on top of the space that is named']
        : []),
    ],
  };
}
