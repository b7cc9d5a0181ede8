import { randomBytes } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import type { Server } from 'node:http';
import { resolve } from 'node:path';
import { AslError, systemReason } from '@auto-seg-loss/kernel';
import type { RunStatus } from '@auto-seg-loss/runtime';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './create-app.ts';
import { findRuns } from './find-runs.ts';
import { RunWatch } from './run-watch.ts';
import type { RunWords } from './run-words.ts';
import { pageScript } from './shell.ts';

export interface DashboardOptions {
  /** Whose runs are shown, and those of the folders in it. */
  readonly folder: string;
  /** By default one that is free. */
  readonly port?: number;
  /** Runs code that runs from elsewhere name: what draws their curves. */
  readonly allowCode?: boolean;
  /** Says how a run stands. */
  readonly words: (status: RunStatus) => RunWords;
}

export interface Dashboard {
  /** With the token: who has it may look. */
  readonly address: string;
  /** How many runs there are to begin with. */
  readonly runs: number;
  /** Ends it, and all that is connected. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * Starts a server for the live page of a folder's runs, on this machine alone.
 * @throws AslError ASL_RUN_FOLDER where there is no such folder; ASL_SYSTEM where it cannot listen.
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { folder, words, allowCode = false } = options;
  const root = await rootOf(folder);
  const { runs } = await findRuns(root);
  const script = await pageScript();
  const token = randomBytes(24).toString('base64url');
  let port = options.port ?? 0;
  const watch = new RunWatch({ root, allowCode, words });
  const app = createApp({ token, port: () => port, script, watch });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  port = await listen(server, port);
  return {
    address: `http://${HOST}:${port}/${token}/`,
    runs: runs.length,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function rootOf(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return realpath(folder);
  throw new AslError('ASL_RUN_FOLDER', 'there is no such folder of runs', {
    where: resolve(folder),
    expected: 'the folder that runs are in, or will be; a search makes "runs" beside its config',
    received: found === undefined ? 'nothing of that name' : 'a file',
    remedy: 'name the folder: asl dashboard FOLDER',
  });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((listening, refused) => {
    server.once('error', (error) => {
      refused(
        new AslError('ASL_SYSTEM', 'the dashboard cannot listen', {
          where: `port ${port} of ${HOST}`,
          expected: 'a port that nobody else has',
          received: systemReason(error),
          remedy: 'choose another with --port, or leave it out',
          cause: error,
        }),
      );
    });
    server.listen(port, HOST, () => {
      const address = server.address();
      listening(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
