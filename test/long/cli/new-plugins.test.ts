import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { makeProject } from '../../../packages/cli/test/project.ts';
import { runAsl } from '../../../packages/cli/test/run-asl.ts';

const run = promisify(execFile);
const KINDS = ['metric', 'surrogate', 'constraint', 'searcher', 'loss', 'dataset', 'network', 'decoder'] as const;

describe('asl new', () => {
  test.each(KINDS)(
    'a %s that passes its laws, builds without an error of types, and is taken by its path',
    async (kind) => {
      const cwd = await makeProject();
      const made = await runAsl(['new', kind, 'first-try', '--json'], { cwd });
      expect(made.code).toBe(0);
      const folder = `${kind}-first-try`;
      expect(JSON.parse(made.stdout)).toMatchObject({
        folder,
        files: expect.arrayContaining(['src/index.ts', '.gitignore']),
      });
      const manifest = JSON.parse(await readFile(join(cwd, folder, 'package.json'), 'utf8'));
      expect(manifest).toMatchObject({
        name: `auto-seg-loss-${kind}-first-try`,
        keywords: ['auto-seg-loss-plugin'],
        peerDependencies: { '@auto-seg-loss/kernel': '^0.1.0' },
      });
      for (const file of JSON.parse(made.stdout).files as string[]) {
        expect(await readFile(join(cwd, folder, file), 'utf8'), file).not.toMatch(/template/i);
      }

      const verified = await runAsl(
        ['verify', folder === `${kind}-first-try` ? `./${folder}` : folder, '--seed', '1'],
        { cwd },
      );
      expect(verified.stdout).toMatch(/ 0 broken/);
      expect(verified.code).toBe(0);

      await run(process.execPath, [join(cwd, 'node_modules/@typescript/native/bin/tsc'), '-p', folder], { cwd });
      const built = await import(join(cwd, folder, 'dist/index.js'));
      expect(built.plugin).toMatchObject({ kind, name: 'first-try' });

      // Every field of its config is known, and its plugins are found from its own folder.
      const config = await runAsl(['verify', `${folder}/search.json`, '--runs', '1', '--law', 'range', '--json'], {
        cwd,
      });
      expect(config.code).toBe(0);
    },
  );

  test.each(['dataset', 'network'] as const)('a %s that searches run with, by its path', async (kind) => {
    const cwd = await makeProject();
    await runAsl(['new', kind, 'mine'], { cwd });
    const small = ['searcher.samples=2', 'searcher.rounds=1', 'proxy.iterations=2', 'proxy.warmStart=null'];
    const sets = [...small, 'reevaluation.confirm=0', 'workers=1'].flatMap((set) => ['--set', set]);
    const args = ['search', `${kind}-mine/search.json`, ...sets, '--out', 'run'];
    const { stderr } = await runAsl(args, { cwd });
    // In two iterations little is learned, and rewards need not differ.
    expect(stderr).not.toMatch(/ASL_(?!SEARCH_FAILED: no signal)/);
    expect(stderr).toContain('round 1/1 done');
    expect(JSON.parse(await readFile(join(cwd, 'run/environment.json'), 'utf8')).plugins).toHaveProperty([
      `${kind} ./`,
    ]);
  });
});
