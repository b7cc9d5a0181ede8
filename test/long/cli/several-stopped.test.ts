import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl, startAslUntil } from '../../../packages/cli/test/run-asl.ts';
import { smallestSearch } from '../../../packages/cli/test/smallest-search.ts';

let folder: string;
const at = (...names: readonly string[]) => join(folder, ...names);
const asl = (...args: readonly string[]) => runAsl(args, { cwd: folder });
const lossesOf = (runs: string) =>
  Promise.all(['one', 'two'].map((name) => readFile(at(runs, name, 'loss.json'), 'utf8')));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-several-stopped-'));
  await mkdir(at('configs'));
  await writeFile(at('configs', 'one.json'), JSON.stringify(smallestSearch));
  await writeFile(at('configs', 'two.json'), JSON.stringify({ ...smallestSearch, metric: 'dice', seed: 2 }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('asl search with several configs', () => {
  test('stopped by Ctrl-C, gone on with by the command that it names, killed, and gone on with again: as if nothing had been', async () => {
    for (const name of ['one', 'two']) {
      const { code } = await asl('search', join('configs', `${name}.json`), '--out', join('alone', name));
      expect(code).toBe(0);
    }
    const args = ['search', 'configs', '--out', 'runs', '--workers', '2'];
    const { child, stderr } = await startAslUntil(args, /^\[\w+\] trial \d, round 1\/2/m, folder);
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(stderr()).not.toMatch(/^ASL_/m);
    const goOn = /To go on: npx --no-install asl (search --resume .*)$/m.exec(stderr())?.[1]?.split(' ') ?? [];
    expect(goOn).toEqual(['search', '--resume', join('runs', 'one'), join('runs', 'two')]);

    const next = await startAslUntil(goOn, /round 1\/2 done/, folder);
    next.child.kill('SIGKILL');
    await once(next.child, 'close');

    const { code, stderr: end } = await asl('search', '--resume', 'runs');
    expect([code, end]).toEqual([0, expect.stringMatching(/^\[one\] Going on with the run: runs.one$/m)]);
    expect(await lossesOf('runs')).toEqual(await lossesOf('alone'));
  });
});
