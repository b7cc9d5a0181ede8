import { describe, expect, test } from 'vitest';
import { onlyPrograms } from '../../wheels/test/programs.ts';
import { compileAddon } from '../src/install/compile-addon.ts';
import { findTools } from '../src/install/find-tools.ts';

const programs = onlyPrograms();

describe('compileAddon', () => {
  test('shows what the compiler said', async () => {
    const addon = { file: 'a.node', sources: ['a.cc'], headers: [], includeDirs: [], flags: [], libraries: [] };
    await programs.add('g++', '[ "$1" = --version ] && echo g++ 4 || { echo "a.cc:1: error: what" >&2; exit 1; }');
    const { compiler } = await findTools();
    if (compiler === undefined) throw new Error('the compiler was not found');
    await expect(compileAddon(addon, compiler, programs.folder, '.', programs.folder)).rejects.toMatchObject({
      code: 'ASL_ENGINE_INSTALL',
      details: { output: 'a.cc:1: error: what', remedy: expect.stringContaining('CXX') },
    });
  });
});
