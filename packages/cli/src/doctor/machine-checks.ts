import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { Check } from './check.ts';

const NODE_FLOOR = [20, 19] as const;
/** What a worker takes at its largest with the default network and batch, with some room. */
const WORKER_BYTES = 1e9;
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

/** Memory that this process may use, in bytes: a container may have less than its machine. */
export interface Memory {
  readonly total: number;
  readonly available: number;
}

export function memory(): Memory {
  const limit = process.constrainedMemory();
  const machine = totalmem();
  return { total: limit > 0 && limit < machine ? limit : machine, available: process.availableMemory() };
}

export function checkNode(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const recent = major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1]);
  return {
    name: 'Node.js',
    status: recent ? 'ok' : 'problem',
    found: version,
    ...(recent ? {} : { remedy: `install Node.js ${NODE_FLOOR.join('.')} or later` }),
  };
}

export function checkThreads(threads: number = availableParallelism()): Check {
  return { name: 'threads', status: 'ok', found: `${threads}; a search runs as many workers, each with one` };
}

export function checkMemory({ total, available }: Memory = memory(), workers: number = availableParallelism()): Check {
  const enough = available >= workers * WORKER_BYTES;
  const fits = Math.max(1, Math.floor(available / WORKER_BYTES));
  return {
    name: 'memory',
    status: enough ? 'ok' : 'warning',
    found: `${gigabytes(available)} of ${gigabytes(total)} available`,
    ...(enough ? {} : { remedy: `a worker takes up to ${gigabytes(WORKER_BYTES)}: run with --set workers=${fits}` }),
  };
}

/** Whether what can be made again (engine, decoded images) can be kept. */
export async function checkCache(folder: string): Promise<Check> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    return { name: 'cache', status: 'ok', found: `${folder}, ${gigabytes(bavail * bsize)} free` };
  } catch (error) {
    return {
      name: 'cache',
      status: 'warning',
      found: `${folder} cannot be written (${error instanceof Error && 'code' in error ? String(error.code) : String(error)})`,
      remedy: 'set ASL_CACHE_DIR to a folder that can',
    };
  }
}
