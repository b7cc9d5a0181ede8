import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeProject } from './project.ts';
import { ASL, runAsl } from './run-asl.ts';

describe('asl dashboard', () => {
  test('says its address, shows the folder of runs that is there, and ends with Ctrl-C', async () => {
    const cwd = await makeProject();
    await mkdir(join(cwd, 'runs'));
    const child = spawn(process.execPath, [ASL, 'dashboard'], { cwd });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    await expect.poll(() => stderr).toContain('Ctrl-C ends it');
    expect(stderr).toContain('No runs yet in runs; those to come are shown.');
    const address = stdout.trim();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    const page = await fetch(address);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<script src="page.js">')]);
    expect((await fetch(new URL('page.js', address))).status).toBe(200);
    child.kill('SIGINT');
    expect(await exited).toBe(130);
  });

  test.each([
    [['dashboard'], 'ASL_RUN_FOLDER', 3],
    [['dashboard', 'package.json'], 'ASL_RUN_FOLDER', 3],
    [['dashboard', '--port', '70000'], 'ASL_USAGE', 2],
  ])('asl %j is refused in words', async (args, code, exit) => {
    const cwd = await makeProject({ 'package.json': {} });
    const ran = await runAsl(args, { cwd });
    expect([ran.code, ran.stdout]).toEqual([exit, '']);
    expect(ran.stderr).toMatch(new RegExp(`^${code}: `));
  });
});
