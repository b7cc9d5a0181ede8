import { workerData } from 'node:worker_threads';

/**
 * Ends the process when its parent is gone. It runs in a thread of its own: a parent that is killed sends no message, and a
 * trial may keep the main thread from hearing that the channel closed for as long as it trains.
 */
const { parent } = workerData as { readonly parent: number };
const WATCH_MS = 500;

setInterval(() => {
  // An orphan is handed to another parent.
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, WATCH_MS);
