/** What befalls a process at a named point. */
export type Befalls =
  /** SIGKILL, to this process alone. */
  | 'kill'
  /** SIGKILL, to the search and all its workers. */
  | 'kill-group'
  /** SIGKILL, from a worker to the search alone. */
  | 'kill-search'
  /** Writing fails for want of room. */
  | 'no-space';

/** Something that befalls a search, once. */
export interface Fault {
  /** As the journal names it. */
  readonly point: string;
  /** How often a process comes by before it happens. */
  readonly skip: number;
  readonly befalls: Befalls;
}

/** What the hook reads from the environment variable ASL_FAULTS. */
export interface FaultPlan {
  readonly runFolder: string;
  /** Where processes note what has happened, so that it does not happen to the next one again. */
  readonly stateFolder: string;
  readonly faults: readonly Fault[];
  /** Notes every point that is passed, in `journal`. */
  readonly record?: boolean;
  /** Trials, by number, that kill each worker that begins them. */
  readonly deadly?: readonly number[];
  /** The time of day jumps to and fro by days. */
  readonly clockJumps?: boolean;
}

export const JOURNAL = 'journal';
