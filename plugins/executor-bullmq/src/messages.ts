import type { Decision, Json, Outcome, Paused, TrialTask } from '@auto-seg-loss/kernel';
import { z } from 'zod';

/*
 * All that goes through Redis is data: JSON, checked as it is read, whoever wrote it. θ travels as base64 of float64, since JSON
 * would make null of what is not finite.
 */

const json = z.json() as unknown as z.ZodType<Json>;
const id = z.string().min(1).max(200);
const unit = z.number().min(0).max(1);

/** Bytes that lie in Redis in several values. */
export interface Chunked {
  /** Of all of them. */
  readonly sha256: string;
  readonly chunks: number;
}

/** A file that trials start from. */
export interface FileEntry extends Chunked {
  readonly name: string;
}

const chunked = { sha256: z.string().regex(/^[0-9a-f]{64}$/), chunks: z.int().min(0).max(1_000_000) };
export const chunkedSchema: z.ZodType<Chunked> = z.strictObject(chunked);

/** A search, as workers find it. */
export interface Description {
  readonly format: 1;
  readonly run: string;
  readonly name: string;
  /** As the runtime made it. */
  readonly search: Json;
  readonly files: readonly FileEntry[];
  /** Milliseconds, as `options`. */
  readonly lease: number;
  readonly heartbeat: number;
  /** Bytes. */
  readonly carry: number;
}

export const descriptionSchema: z.ZodType<Description> = z.strictObject({
  format: z.literal(1),
  run: id,
  name: z.string(),
  search: json,
  files: z.array(z.strictObject({ name: z.string().regex(/^[a-z][a-z-]*$/), ...chunked })),
  lease: z.number().min(1),
  heartbeat: z.number().min(1),
  carry: z.number().min(0),
});

/** A trial in the queue: a task with θ as text. */
export interface QueuedTrial extends Omit<TrialTask, 'theta'> {
  readonly theta: string;
}

export const queuedTrialSchema: z.ZodType<QueuedTrial> = z.strictObject({
  number: z.int().min(0),
  round: z.int().min(0),
  index: z.int().min(0),
  key: z.string().regex(/^[\w. -]{1,200}$/),
  theta: z.base64(),
  descent: z.strictObject({ every: z.number(), learningRate: z.number() }).nullable(),
  content: json,
  from: unit,
  until: unit,
});

const scores = { reward: unit, scores: z.array(unit).optional(), metrics: json, images: z.int().min(0) };
const outcomeSchema: z.ZodType<Outcome | Paused> = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('complete'), ...scores, descended: z.array(unit).optional() }),
  z.strictObject({ status: z.literal('pruned'), ...scores, share: unit }),
  z.strictObject({ status: z.literal('paused'), ...scores }),
  z.strictObject({ status: z.literal('failed'), error: z.string() }),
]) as unknown as z.ZodType<Outcome | Paused>;

/** An AslError on its way. */
export interface SentError {
  readonly code: string;
  readonly message: string;
  readonly details: {
    readonly where?: string | undefined;
    readonly expected?: string | undefined;
    readonly received?: string | undefined;
    readonly remedy?: string | undefined;
    readonly output?: string | undefined;
  };
}

const errorSchema: z.ZodType<SentError> = z.strictObject({
  code: z.string(),
  message: z.string(),
  details: z.strictObject({
    where: z.string().optional(),
    expected: z.string().optional(),
    received: z.string().optional(),
    remedy: z.string().optional(),
    output: z.string().optional(),
  }),
});

/** What each message of a worker is about: the id of the task, that of this worker's try, and who the worker is. */
export interface About {
  readonly trial: string;
  readonly attempt: string;
  readonly worker: string;
}

/** From a worker to the search. */
export type WorkerMessage = About &
  (
    | { readonly type: 'begun' }
    /** Repeated until it is answered; `place` counts the reports of an attempt. */
    | { readonly type: 'report'; readonly place: number; readonly step: number; readonly reward: number }
    /** The trial goes on; iterations of its training, where they are known. */
    | { readonly type: 'alive'; readonly iterations: number | null }
    | { readonly type: 'outcome'; readonly outcome: Outcome | Paused }
    /** The trial's process ended: it may be the trial's fault. */
    | { readonly type: 'died'; readonly reason: string }
    /** The worker gives the trial back, and that says nothing of either. */
    | { readonly type: 'returned' }
    /** The worker cannot work for this search any more. */
    | { readonly type: 'withdrawn'; readonly error: SentError }
    /** No worker could run this trial. */
    | { readonly type: 'refused'; readonly error: SentError }
  );

const about = { trial: id, attempt: id, worker: z.string() };
const workerMessageSchema: z.ZodType<WorkerMessage> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('begun'), ...about }),
  z.strictObject({ type: z.literal('report'), ...about, place: z.int().min(0), step: z.number(), reward: z.number() }),
  z.strictObject({ type: z.literal('alive'), ...about, iterations: z.number().nullable() }),
  z.strictObject({ type: z.literal('outcome'), ...about, outcome: outcomeSchema }),
  z.strictObject({ type: z.literal('died'), ...about, reason: z.string() }),
  z.strictObject({ type: z.literal('returned'), ...about }),
  z.strictObject({ type: z.literal('withdrawn'), ...about, error: errorSchema }),
  z.strictObject({ type: z.literal('refused'), ...about, error: errorSchema }),
]);

/** From a worker that does not work for the search, and why: of the trials there is nothing to say. */
export interface Declined {
  readonly type: 'declined';
  readonly worker: string;
  readonly error: SentError;
}

/** All that a search hears. */
export type InboxMessage = WorkerMessage | Declined;
export const inboxMessageSchema: z.ZodType<InboxMessage> = z.union([
  workerMessageSchema,
  z.strictObject({ type: z.literal('declined'), worker: z.string(), error: errorSchema }),
]);

/** From the search to its workers. */
export type ControlMessage =
  | {
      readonly type: 'answer';
      readonly attempt: string;
      readonly place: number;
      readonly decision: Decision;
    }
  /** Of these attempts nobody waits for the result any more. */
  | { readonly type: 'drop'; readonly attempts: readonly string[] }
  | { readonly type: 'end' };

export const controlMessageSchema: z.ZodType<ControlMessage> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('answer'),
    attempt: id,
    place: z.int().min(0),
    decision: z.enum(['continue', 'stop']),
  }),
  z.strictObject({ type: z.literal('drop'), attempts: z.array(id) }),
  z.strictObject({ type: z.literal('end') }),
]);

/** @returns undefined for what is no such message. */
export function read<T>(schema: z.ZodType<T>, text: string | null | undefined): T | undefined {
  if (text === null || text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export function toQueued(task: TrialTask): QueuedTrial {
  const { number, round, index, key, theta, descent, content, from: begun, until } = task;
  const floats = Float64Array.from(theta);
  const text = Buffer.from(floats.buffer).toString('base64');
  return { number, round, index, key, theta: text, descent, content, from: begun, until };
}

export function fromQueued({ theta, ...task }: QueuedTrial): TrialTask {
  const bytes = Buffer.from(theta, 'base64');
  const floats = Array.from({ length: Math.floor(bytes.length / 8) }, (_, place) => bytes.readDoubleLE(8 * place));
  return { ...task, theta: floats };
}

/** What a task is known by: the trial, and which part of its training. */
export function trialId({ key, from: begun, until }: Pick<TrialTask, 'key' | 'from' | 'until'>): string {
  return `${key}.${begun}.${until}`;
}
