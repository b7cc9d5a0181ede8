import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Child } from './child.ts';

/** The Python to compare with, if it has a module: $ASL_BENCH_PYTHON, else python3. The version is the module's. */
export function pythonWith(module: string): { readonly python: string; readonly version: string } | undefined {
  const python = process.env.ASL_BENCH_PYTHON ?? 'python3';
  const code = `import ${module}; print(${module}.__version__)`;
  const { status, stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
  return status === 0 ? { python, version: stdout.trim() } : undefined;
}

/** A script of the folder python/. */
export function pythonChild(python: string, script: string): Child {
  return { command: python, args: [fileURLToPath(new URL(`../python/${script}`, import.meta.url))] };
}
