import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeProject } from '../../../packages/cli/test/project.ts';
import { ASL } from '../../../packages/cli/test/run-asl.ts';
import { CONFIG } from '../../../packages/runtime/test/search-of-seconds.ts';

/** Its rewards differ: without that it would name no loss. */
const SEARCH = {
  ...CONFIG,
  searcher: { use: 'ppo', rounds: 1, samples: 3 },
  reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
};

describe('a search outlives its listeners', () => {
  test('whose standard error is closed in the middle', async () => {
    const project = await makeProject({ 'asl.config.json': SEARCH });
    const child = spawn(process.execPath, [ASL, 'search', '--engine', 'wasm', '--out', 'run'], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.once('data', () => child.stderr.destroy());
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Progress could not be shown on the standard error: nobody reads it any more'),
    ]);
    expect(existsSync(join(project, 'run/loss.json'))).toBe(true);
  });

  test.skipIf(!existsSync('/dev/full'))('whose outputs go to a full disk', async () => {
    const project = await makeProject({ 'asl.config.json': SEARCH });
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [ASL, 'search', '--engine', 'wasm', '--out', 'run'], {
      cwd: project,
      stdio: ['ignore', full, full],
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(3);
    expect(JSON.parse(readFileSync(join(project, 'run/loss.json'), 'utf8')).format).toBe('auto-seg-loss/1');
  });
});
