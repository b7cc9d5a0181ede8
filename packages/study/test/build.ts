import { execFileSync } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const lock = join(tmpdir(), `asl-study-build-${process.ppid}`);

/** Compiles this package, since worker processes run compiled code; one test file at a time. Up to date, it takes a second. */
export function buildStudy(): void {
  while (!tryLock()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  try {
    const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
    execFileSync(process.execPath, [tsc, '-b', 'packages/study'], { cwd: root, stdio: 'pipe' });
  } finally {
    rmdirSync(lock);
  }
}

function tryLock(): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}
