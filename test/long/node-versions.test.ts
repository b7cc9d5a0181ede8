import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstSearch, install, newUser } from './new-user.ts';

// Node's binaries as npm packages, which need no install script.
const PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const own = process.versions.node.split('.')[0];

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'asl-nodes-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

/** Minutes for each version: asked for by name. */
const wanted = process.env.ASL_TEST_NODES?.split(',') ?? [];

describe.each(['20', '22', '24', '26'].filter((version) => version !== own))('Node %s', (version) => {
  test('a new user installs, searches, and compares', async ({ skip }) => {
    if (!wanted.includes(version)) skip(`ASL_TEST_NODES=${version} runs it`);
    const folder = join(parent, version);
    await mkdir(folder);
    try {
      const args = [
        'install',
        `${PACKAGE}@${version}`,
        '--prefix',
        folder,
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
      ];
      execFileSync('npm', args, { stdio: 'pipe' });
    } catch {
      skip(`${PACKAGE}@${version} is not to be had`);
    }
    const bin = join(folder, 'node_modules', PACKAGE, 'bin');
    expect(existsSync(join(bin, 'node'))).toBe(true);
    const user = await newUser(folder, [bin]);
    expect(await user.type('node --version')).toMatch(new RegExp(`^v${version}\\.`));
    await install(user);
    await firstSearch(user);
  });
});
