import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

/** A folder of each test's own, in which alone programs are found. */
export interface Programs {
  readonly folder: string;
  /** A program that is found by its name. @param script of a shell. */
  add(name: string, script: string): Promise<void>;
}

/** Makes the folder before each test of a file, and removes it after. */
export function onlyPrograms(): Programs {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asl-programs-'));
    vi.stubEnv('PATH', folder);
    // It names a compiler wherever that lies.
    vi.stubEnv('CXX', '');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    get folder() {
      return folder;
    },
    async add(name, script) {
      const path = join(folder, name);
      await writeFile(path, `#!/bin/sh\n${script}\n`);
      await chmod(path, 0o755);
    },
  };
}
