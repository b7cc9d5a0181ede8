import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Child } from './child.ts';

/** The Python with PyTorch: $ASL_BENCH_PYTHON, else python3. */
export function pytorch(): { readonly python: string; readonly version: string } | undefined {
  const python = process.env.ASL_BENCH_PYTHON ?? 'python3';
  const { status, stdout } = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });
  return status === 0 ? { python, version: stdout.trim() } : undefined;
}

/** A script of the folder python/. */
export function pythonChild(python: string, script: string): Child {
  return { command: python, args: [fileURLToPath(new URL(`../python/${script}`, import.meta.url))] };
}
