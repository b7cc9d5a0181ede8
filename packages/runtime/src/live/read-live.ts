import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { HEARTBEAT_MS, type LiveRecord, liveFile } from './live-record.ts';
import { whereabouts } from './process-identity.ts';

/** A record, and whether it is of now. */
export interface KnownRecord {
  readonly record: LiveRecord;
  /** running: its process lives. ended: it said so. gone: it did not, and its process is no more. */
  readonly state: 'running' | 'ended' | 'gone';
}

/** A run on another machine that is not heard of for so long has ended. */
const SILENT_MS = 6 * HEARTBEAT_MS;

const count = z.int().min(0);
const time = z.string().refine((text) => Number.isFinite(Date.parse(text)), 'a time');
const record: z.ZodType<LiveRecord> = z.object({
  format: z.literal(1),
  kind: z.enum(['search', 'comparison', 'training']),
  process: z.object({ pid: z.int().min(1), started: z.string().nullable(), host: z.string(), place: z.string() }),
  begun: time,
  updated: time,
  metric: z.string(),
  engine: z.enum(['native', 'wasm']),
  workers: count,
  plan: z.object({ rounds: count.nullable(), trainings: count, again: count, confirm: count, iterations: count }),
  trained: count.nullable(),
  preparing: z.object({ job: z.string(), done: count, of: count }).nullable(),
  doing: z.array(
    z.object({
      worker: z.string().nullable(),
      trial: count.nullable(),
      round: count.nullable(),
      loss: z.string().nullable(),
      seed: count.nullable(),
      since: time,
      iterations: count.nullable(),
      until: count,
    }),
  ),
  // Searches of earlier versions do not say.
  waiting: count.default(0),
  ended: z
    .object({ how: z.enum(['stopped', 'failed']), code: z.string().nullable(), message: z.string().nullable() })
    .nullable(),
});

/**
 * What a run folder's record says. One that a killed process left is known by that process, and not taken for what is.
 * @param now milliseconds of the time of day.
 * @returns undefined where there is none, or none that can be read.
 */
export async function readLive(folder: string, now: number = Date.now()): Promise<KnownRecord | undefined> {
  const text = await readFile(liveFile(folder), 'utf8').catch(() => undefined);
  const read = text === undefined ? undefined : record.safeParse(parsed(text));
  return read?.success === true ? { record: read.data, state: stateOf(read.data, now) } : undefined;
}

function stateOf({ ended, process, updated }: LiveRecord, now: number): KnownRecord['state'] {
  if (ended !== null) return 'ended';
  const where = whereabouts(process);
  // Of a process on another machine nothing is known but what it writes.
  const lives = where === 'elsewhere' ? now - Date.parse(updated) < SILENT_MS : where === 'alive';
  return lives ? 'running' : 'gone';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
