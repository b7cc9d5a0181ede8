import { existsSync, readFileSync } from 'node:fs';

/** Where processes of trials note what they do, and how long each trial waits before it begins, in milliseconds. */
export interface TrialWatch {
  readonly journal: string;
  readonly delayMs: number;
}

/** A line of the journal. */
export interface JournalEntry {
  readonly event: 'begun' | 'ended';
  /** The process of the trial, and the worker that started it. */
  readonly pid: number;
  readonly worker: number;
  /** Which part of which trial. */
  readonly task: string;
  /** By the time of day, in milliseconds. */
  readonly at: number;
  /** Processor time of the process so far, in milliseconds. */
  readonly cpu: number;
}

export function readJournal(path: string): readonly JournalEntry[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // The last one may be half written.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as JournalEntry);
}

/** The environment of a program whose trials are watched. */
export function watched(watch: TrialWatch): Readonly<Record<string, string>> {
  return { [WATCH_VARIABLE]: JSON.stringify(watch), NODE_OPTIONS: `--import=${HOOK.href}` };
}

/** Compiled, whether this module runs compiled or from source. */
const HOOK = new URL('../../../dist/faults/distributed/trial-hook.js', import.meta.url);

/** Names the environment variable with the TrialWatch, as JSON. */
export const WATCH_VARIABLE = 'ASL_TRIAL_WATCH';
