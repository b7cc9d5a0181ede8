import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compileAddon } from '../src/install/compile-addon.ts';
import { findTools } from '../src/install/find-tools.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-download-'));
  // Only the programs that a test puts there are found.
  vi.stubEnv('PATH', folder);
  vi.stubEnv('CXX', '');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** A program that is found by its name. */
async function program(name: string, script: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

describe('compileAddon', () => {
  test('shows what the compiler said', async () => {
    const addon = { file: 'a.node', sources: ['a.cc'], headers: [], includeDirs: [], flags: [], libraries: [] };
    await program('g++', '[ "$1" = --version ] && echo g++ 4 || { echo "a.cc:1: error: what" >&2; exit 1; }');
    const { compiler } = await findTools();
    if (compiler === undefined) throw new Error('the compiler was not found');
    await expect(compileAddon(addon, compiler, folder, '.', folder)).rejects.toMatchObject({
      code: 'ASL_ENGINE_INSTALL',
      details: { output: 'a.cc:1: error: what', remedy: expect.stringContaining('CXX') },
    });
  });
});
