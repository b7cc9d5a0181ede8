// The entry of a worker process: WorkerExecutor starts it, and talks to it over the channel of child_process.fork.
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { isAslError, systemError } from '@auto-seg-loss/kernel';
import { type CreateRunner, type Report, runTrial, type TrialRunner } from './trial-runner.ts';
import type { FromWorker, PlainError, ToWorker } from './worker-protocol.ts';

// Ctrl-C reaches all processes of a terminal; it is the search that decides what becomes of its trials.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));
// What is printed may not be kept, on a full disk say: that is no reason to give up a training.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
new Worker(new URL('./orphan-watch.js', import.meta.url), { workerData: { parent: Number(process.argv[2]) } }).unref();

/** Between two signs of life, at least. */
const ALIVE_MS = 1_000;

let runner: TrialRunner | undefined;
let lastAlive = Number.NEGATIVE_INFINITY;
/** Of the reports that wait for their answer, in order. */
const answers: ((decision: 'continue' | 'stop') => void)[] = [];

process.on('message', (message: ToWorker) => {
  void receive(message);
});

async function receive(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'init':
      try {
        const { createRunner } = (await import(message.module)) as { createRunner: CreateRunner };
        runner = await createRunner(message.initData);
        send({ type: 'ready' });
      } catch (error) {
        send({ type: 'failed', error: plain(error) });
      }
      return;
    case 'run':
      try {
        const report: Report = (step, reward, losses) => {
          send({ type: 'report', step, reward, losses });
          return new Promise((resolve) => answers.push(resolve));
        };
        const outcome = await runTrial(runner as TrialRunner, message.task, report, alive);
        send({ type: 'outcome', outcome });
      } catch (error) {
        send({ type: 'failed', error: plain(error) });
      }
      return;
    case 'answer':
      answers.shift()?.(message.decision);
      return;
    case 'close':
      await runner?.dispose?.();
      process.exit(0);
  }
}

/** Tells the search that the trial goes on. */
function alive(iterations?: number): void {
  const now = performance.now();
  if (now - lastAlive < ALIVE_MS) return;
  lastAlive = now;
  send({ type: 'alive', ...(iterations === undefined ? {} : { iterations }) });
}

function send(message: FromWorker): void {
  // A channel that closes meanwhile ends the process; there is nobody to tell.
  process.send?.(message, undefined, {}, () => {});
}

function plain(error: unknown): PlainError {
  // What ends a search does not carry its stack with it: the log has it.
  process.stderr.write(`${inspect(error)}\n`);
  const foreseen = isAslError(error) ? error : systemError(error);
  if (foreseen !== undefined) {
    const { cause: _, ...details } = foreseen.details;
    return { message: foreseen.message, code: foreseen.code, details };
  }
  // Where it comes from is for the log.
  process.stderr.write(`${inspect(error)}\n`);
  return { message: error instanceof Error ? error.message : String(error) };
}
