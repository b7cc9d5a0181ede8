import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeProject } from './project.ts';
import { runAsl } from './run-asl.ts';

// What is made is tried, built and searched with in test/long/cli/new-plugins.test.ts.

describe('asl new', () => {
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

  describe('outside of a project', () => {
    const outside = async (): Promise<string> => {
      const folder = await mkdtemp(join(tmpdir(), 'asl-outside-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      return folder;
    };

    test('the folder is a project of its own, with our packages from where they lie packed', async () => {
      const cwd = await outside();
      await mkdir(join(cwd, 'packed'));
      for (const name of ['kernel', 'cli', 'metric-miou']) {
        await writeFile(join(cwd, `packed/auto-seg-loss-${name}-0.1.0.tgz`), '');
      }
      const args = ['new', 'searcher', 'mine', '--packages', 'packed', '--in', 'my plugins'];
      const { code, stdout } = await runAsl(args, { cwd });
      expect(code).toBe(0);
      expect(stdout.slice(stdout.indexOf('next'))).toBe(`next  cd 'my plugins/searcher-mine'
      npm install
      npm run build
      npx --no-install asl verify .
      npx --no-install asl search search.json
`);
      const manifest = JSON.parse(await readFile(join(cwd, 'my plugins/searcher-mine/package.json'), 'utf8'));
      expect(manifest.devDependencies).toEqual({
        '@auto-seg-loss/cli': 'file:../../packed/auto-seg-loss-cli-0.1.0.tgz',
        '@auto-seg-loss/kernel': 'file:../../packed/auto-seg-loss-kernel-0.1.0.tgz',
        '@auto-seg-loss/metric-miou': 'file:../../packed/auto-seg-loss-metric-miou-0.1.0.tgz',
        typescript: '>=5.9',
      });
    });

    test('without them nothing is made, and no registry is asked for packages of our names', async () => {
      const cwd = await outside();
      const { code, stderr } = await runAsl(['new', 'metric', 'mine', '--packages', '.'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^ASL_USAGE: the folder holds none of our packages$/m);
      expect(stderr).toContain('npm run packages');
      expect(await readdir(cwd)).toEqual([]);
    });
  });
});
