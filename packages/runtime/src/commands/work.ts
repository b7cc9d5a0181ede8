import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPlugin, pluginContext } from '@auto-seg-loss/plugin-host';
import { acceptSearch } from '../jobs/accept-search.ts';

export interface WorkOptions {
  /** Of Redis or Valkey, or `$NAME` of an environment variable that holds it. */
  readonly url: string;
  /** Trials that run at a time, each in a process of its own with one thread. */
  readonly slots: number;
  /** The root of this machine's data, in place of that in the configs of searches. */
  readonly data?: string;
  /** Runs code that searches name by its path. */
  readonly allowCode?: boolean;
  /** Ends with the first search. */
  readonly once?: boolean;
  /** Where the output of the processes is kept; dropped by default. */
  readonly log?: string;
  /** Where plugins are found from; the current folder by default. */
  readonly cwd?: string;
  readonly onNotice: (message: string) => void;
  /** Hears why this machine cannot work for a search; it goes on with others. */
  readonly onRefused: (error: unknown) => void;
  /** Gives back at once what runs, and ends. */
  readonly signal: AbortSignal;
}

/**
 * Works for the searches of other machines until the signal aborts.
 * @throws AslError ASL_WORKERS_UNREACHABLE; with `once`, why this machine cannot work for the search.
 */
export async function work(options: WorkOptions): Promise<void> {
  const { url, slots, data, allowCode = false, once = false, log, cwd = process.cwd(), signal } = options;
  const context = pluginContext(cwd);
  const plugin = await checkPlugin({ kind: 'executor', use: { use: 'bullmq', url }, where: 'asl worker' }, context);
  const factory = await plugin.make(context);
  const folder = await mkdtemp(join(tmpdir(), 'asl-worker-'));
  const acceptance = { allowCode, cwd, ...(data === undefined ? {} : { data }), ...(log === undefined ? {} : { log }) };
  try {
    await factory.serve?.({
      slots,
      once,
      folder,
      accept: (offer) => acceptSearch(offer, acceptance),
      notify: options.onNotice,
      warn: options.onRefused,
      signal,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
