import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl, startAslUntil } from '../../../packages/cli/test/run-asl.ts';
import { smallestSearch } from '../../../packages/cli/test/smallest-search.ts';

let folder: string;
const at = (...names: readonly string[]) => join(folder, ...names);
const asl = (...args: readonly string[]) => runAsl(args, { cwd: folder });
const startUntil = (args: readonly string[], line: RegExp) => startAslUntil(args, line, folder);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-search-stopped-'));
  await writeFile(at('asl.config.json'), JSON.stringify(smallestSearch));
  expect((await asl('search', '--out', 'whole')).code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('asl search', () => {
  test('stopped by Ctrl-C and resumed with one worker, it ends with the same files as without', async () => {
    const { child, stderr } = await startUntil(['search', '--out', 'stopped'], /trial 1, round 1/);
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(stderr()).toContain('To go on: npx --no-install asl search --resume stopped\n');
    const { code, stdout } = await asl('search', '--resume', 'stopped', '--workers', '1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1 +3 of 3 /m);
    expect(stdout).toMatch(/^found .* over 3 new trainings \(/m);
    expect(stdout).toMatch(
      /^next +npx --no-install asl compare --losses stopped\/loss\.json,cross-entropy stopped\/config\.json$/m,
    );
    for (const file of ['loss.json', 'report.svg', 'report.png']) {
      expect((await readFile(at('stopped', file))).equals(await readFile(at('whole', file))), file).toBe(true);
    }
  });

  test('SIGTERM stops it cleanly too; a second signal ends it at once', async () => {
    const term = await startUntil(['search', '--out', 'term'], /trials in 2 rounds/);
    term.child.kill('SIGTERM');
    expect(await once(term.child, 'close')).toEqual([143, null]);
    const twice = await startUntil(['search', '--out', 'twice'], /Training the network|trials in 2 rounds/);
    const closed = once(twice.child, 'close');
    twice.child.kill('SIGINT');
    // At once, it would be the same press of the keys.
    await setTimeout(400);
    twice.child.kill('SIGINT');
    expect(await closed).toEqual([130, null]);
    // Whatever the moment, the run folder can be gone on with.
    const { code } = await asl('search', '--resume', 'twice');
    expect(code).toBe(0);
  });
});
