import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { makeProject } from './project.ts';
import { runAsl } from './run-asl.ts';

const run = promisify(execFile);
const KINDS = ['metric', 'surrogate', 'constraint', 'searcher', 'loss'] as const;

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
        peerDependencies: { '@auto-seg-loss/kernel': '0.1.0' },
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

  test('refuses names that no config could hold, and folders that are there', async () => {
    const cwd = await makeProject({ 'metric-mine/notes.txt': 'mine' });
    for (const [args, text] of [
      [['new', 'metric', 'MyMetric'], /Did you mean "my-metric"\?/],
      [['new', 'metric', '2d'], /lower case words/],
      [['new', 'metrics', 'mine'], /Did you mean "metric"\?/],
      [['new', 'metric', 'mine'], /the folder is there already/],
    ] as const) {
      const { code, stderr } = await runAsl([...args], { cwd });
      expect(code).toBe(2);
      expect(stderr).toMatch(text);
    }
    expect(await readFile(join(cwd, 'metric-mine/notes.txt'), 'utf8')).toBe('mine');
  });

  test('--in makes it elsewhere', async () => {
    const cwd = await makeProject();
    const { stdout } = await runAsl(['new', 'metric', 'mine', '--in', 'plugins/own'], { cwd });
    expect(stdout).toContain('next  npx --no-install asl verify ./plugins/own/metric-mine');
    expect(await readFile(join(cwd, 'plugins/own/metric-mine/src/index.ts'), 'utf8')).toContain("name: 'mine'");
  });
});
