import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  contentKey,
  type Executor,
  type ExecutorFactory,
  type ExecutorJob,
  type Json,
  type Outcome,
  type Paused,
  type TrialTask,
} from '@auto-seg-loss/kernel';
import { InlineExecutor, type Report } from '@auto-seg-loss/study';

/** Options of executor-bullmq besides the URL. */
export type DistributedOptions = Readonly<Record<string, number>>;

/** What hands trials to workers, and what works for them. */
export async function bullmq(url: string, options: DistributedOptions = {}): Promise<ExecutorFactory> {
  const { plugin } = await import('@auto-seg-loss/executor-bullmq');
  return plugin.create(plugin.options.parse({ url, ...options }), { baseDir: process.cwd(), cacheDir: '' });
}

/** A search whose trials are made up: what workers do with them is the affair of those. */
export function madeUpJob(given: Partial<ExecutorJob> & { readonly notices?: string[] } = {}): ExecutorJob {
  const { notices = [], ...job } = given;
  return {
    run: 'made-up',
    name: 'made-up trials',
    processes: () => {
      throw new Error('no trial of it runs here');
    },
    search: () => null,
    files: {},
    notify: (message) => notices.push(message),
    ...job,
  };
}

export function madeUpTask(number: number, change: Partial<TrialTask> = {}): TrialTask {
  const theta = change.theta ?? [number / 1000];
  const content: Json = { theta, number };
  const key = contentKey(content);
  return { number, round: 0, index: number, key, theta, descent: null, content, from: 0, until: 1, ...change };
}

/** What a trial comes to that was trained by nobody. */
export function madeUpOutcome({ theta, until }: TrialTask): Outcome | Paused {
  const reward = Math.min(1, Math.abs(theta[0] ?? 0));
  const scores = { reward, metrics: { made: 'up', theta: theta.length }, images: 1 };
  return until < 1 ? { status: 'paused', ...scores } : { status: 'complete', ...scores };
}

/** A machine that works for others, in this process. */
export interface MadeUpWorker {
  readonly notices: string[];
  readonly refused: unknown[];
  /** As Ctrl-C does. */
  stop(): Promise<void>;
  /** Settles when it ends by itself. */
  readonly ended: Promise<void>;
}

export interface MadeUpWorkerOptions {
  readonly slots?: number;
  readonly once?: boolean;
  /** In place of one that comes to `madeUpOutcome` at once. @param waits the file in which a paused training waits. */
  readonly run?: (task: TrialTask, report: Report, waits: string) => Promise<Outcome | Paused>;
  /** In place of the process that runs trials. */
  readonly process?: () => Executor;
  /** Refuses searches. */
  readonly accept?: (search: Json, files: Readonly<Record<string, string>>) => Promise<void>;
}

/** Starts a worker whose trials run in this process. */
export function startWorker(factory: ExecutorFactory, options: MadeUpWorkerOptions = {}): MadeUpWorker {
  const { slots = 1, once = false, run = async (task) => madeUpOutcome(task), accept = async () => {} } = options;
  const folder = mkdtempSync(join(tmpdir(), 'asl-made-up-'));
  const stop = new AbortController();
  const [notices, refused]: [string[], unknown[]] = [[], []];
  const serving = factory.serve?.({
    slots,
    once,
    folder,
    accept: async ({ search, files, paused }) => {
      await accept(search, files);
      return {
        process:
          options.process ??
          (() => new InlineExecutor({ run: (task, report) => run(task, report, join(paused, task.key)) })),
        pausedFile: (key) => join(paused, key),
        dispose: async () => {},
      };
    },
    notify: (message) => notices.push(message),
    warn: (error) => refused.push(error),
    signal: stop.signal,
  });
  const ended = Promise.resolve(serving).finally(() => rmSync(folder, { recursive: true, force: true }));
  ended.catch(() => {});
  return {
    notices,
    refused,
    ended,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}
