import { spawnSync } from 'node:child_process';

/** A program that measures in a process of its own, and says what it found as one line of JSON. */
export interface Child {
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs, from where plugins are looked for; default: here. */
  readonly cwd?: string;
}

/** One thread for every library that a child may load: parallel trials have one each. */
const ONE_THREAD = {
  OMP_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
};

/**
 * Runs a child to its end.
 * @param input handed over as its last argument, as JSON.
 * @throws Error with what the child wrote, if it failed.
 */
export function runChild<T>({ command, args, cwd }: Child, input: unknown): T {
  const { status, stdout, stderr, error } = spawnSync(command, [...args, JSON.stringify(input)], {
    encoding: 'utf8',
    env: { ...process.env, ...ONE_THREAD },
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (status !== 0) throw new Error(error?.message ?? (stderr.trim() || `${command} ${args.join(' ')} failed`));
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}
