import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A program that was run to its end. */
export interface MeasuredRun {
  readonly seconds: number;
  /** What all its processes together took at most, if all did so at once; threads are in their process. */
  readonly megabytes: number;
  readonly stdout: string;
}

/** Compiled, whether this file runs compiled or from its source: it is loaded by Node alone. */
const HOOK = new URL('../../dist/measure-memory.js', import.meta.url);

/** Runs a script of Node. @param scratch a folder for what is measured. @throws Error with what it wrote, if it failed. */
export function measuredRun(script: string, args: readonly string[], scratch: string): MeasuredRun {
  const memory = join(scratch, 'memory');
  rmSync(memory, { force: true });
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, ASL_BENCH_MEMORY: memory, NODE_OPTIONS: `--import ${HOOK}` },
  });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(error?.message ?? (stderr.trim() || `${script} failed`));
  const kilobytes = readFileSync(memory, 'utf8').trim().split('\n').map(Number);
  return { seconds, megabytes: kilobytes.reduce((sum, each) => sum + each, 0) / 1000, stdout };
}
