/** The names of what lies in Redis. All begin with `asl`, so that several programs can share one Redis. */
export const PREFIX = 'asl';

/** The set of all searches that are open. */
export const SEARCHES: string = `${PREFIX}:searches`;
/** Tells workers that there is something to do. */
export const NEWS: string = `${PREFIX}:news`;

export function descriptionKey(search: string): string {
  return `${PREFIX}:search:${search}`;
}

/** A part of a search: its inbox, its workers, its files. */
export function partKey(search: string, ...part: readonly string[]): string {
  return [descriptionKey(search), ...part].join(':');
}

/** What the workers of a search are told. */
export function controlChannel(search: string): string {
  return partKey(search, 'control');
}

/** Held by the process that searches a run. */
export function lockKey(run: string): string {
  return `${PREFIX}:run:${run}`;
}

/** A paused training of a run. */
export function stateKey(run: string, key: string): string {
  return `${lockKey(run)}:state:${key}`;
}

/** BullMQ's queue of a search's trials. */
export function queueName(search: string): string {
  return `trials-${search}`;
}
