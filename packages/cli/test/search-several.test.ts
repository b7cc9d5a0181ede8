import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl } from './run-asl.ts';
import { smallestSearch } from './smallest-search.ts';

let folder: string;
const at = (...names: readonly string[]) => join(folder, ...names);
const asl = (...args: readonly string[]) => runAsl(args, { cwd: folder });
const lossOf = (...run: readonly string[]) => readFile(at(...run, 'loss.json'), 'utf8');
const quick = { ...smallestSearch, reevaluation: { candidates: 1, repeats: 1, confirm: 0 } };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-several-'));
  await mkdir(at('configs'));
  await writeFile(at('configs', 'one.json'), JSON.stringify(quick));
  await writeFile(at('configs', 'two.yaml'), JSON.stringify({ ...quick, metric: 'dice', seed: 2 }));
  await mkdir(at('none'));
  await writeFile(at('unread.json'), '{');
  const nowhere = { use: 'folder', root: 'nowhere', classes: 2, train: { images: 'a', labels: 'b' } };
  await writeFile(at('nowhere.json'), JSON.stringify({ metric: 'miou', dataset: nowhere }));
  await mkdir(at('same'));
  await writeFile(at('same', 'one.yaml'), JSON.stringify(quick));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('asl search with several configs', () => {
  test('each finds what it finds alone, in a folder of its own, whatever becomes of others', async () => {
    // Pictures that are none: known as soon as they are looked at.
    for (const split of ['images', 'labels']) {
      await mkdir(at('broken', split), { recursive: true });
      for (const name of ['a.png', 'b.png', 'c.png', 'd.png']) await writeFile(at('broken', split, name), 'no picture');
    }
    const dataset = { use: 'folder', root: 'broken', classes: 2, train: { images: 'images', labels: 'labels' } };
    await writeFile(at('bad.json'), JSON.stringify({ ...quick, dataset }));
    const { code, stdout, stderr } = await asl('search', 'bad.json', 'configs', '--out', 'runs', '--workers', '2');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^\[bad\] failed: ASL_DATA_INVALID: .*; the others go on$/m);
    expect(stderr).toMatch(/^ASL_DATA_INVALID: bad: /m);
    expect(stderr).toMatch(/^\[one\] Run folder: runs.one$/m);
    expect(stderr).toMatch(/^\[two\] Engine: .* 2 workers$/m);
    expect(stderr).toMatch(/^\[two\] round 2\/2 done: mean dice .* left for all$/m);
    expect(stdout).toMatch(/^bad +failed: ASL_DATA_INVALID +nothing is left of it$/m);
    expect(stdout).toMatch(/^one +\d+\.\d\d.* % .* runs.one.loss\.json$/m);
    expect(existsSync(at('runs', 'two', 'report.svg'))).toBe(true);

    const listed = await asl('status', 'runs');
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(/^one +finished +search for miou .*\ntwo +finished +search for dice /m);
    const told = JSON.parse((await asl('status', 'runs', '--json')).stdout) as { readonly runs: readonly unknown[] };
    expect(told).toMatchObject({ folder: at('runs'), unreadable: [] });
    const single = JSON.parse((await asl('status', join('runs', 'two'), '--json')).stdout) as unknown;
    expect(told.runs).toMatchObject([{ folder: at('runs', 'one'), state: 'finished' }, {}]);
    expect(told.runs[1]).toEqual(single);

    for (const name of ['one.json', 'two.yaml']) {
      const alone = join('alone', name.slice(0, 3));
      expect((await asl('search', join('configs', name), '--out', alone)).code).toBe(0);
      expect(await lossOf(alone)).toBe(await lossOf('runs', name.slice(0, 3)));
    }
    const json = await asl('search', '--resume', 'runs', '--json');
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
      0,
      {
        searches: [
          { name: 'one', status: 'complete', folder: at('runs', 'one'), loss: at('runs', 'one', 'loss.json') },
          { name: 'two', status: 'complete', folder: at('runs', 'two'), trials: { complete: 6 } },
        ],
      },
    ]);
  });

  test.each([
    [
      'all that is wrong with all',
      ['configs', 'nowhere.json', 'unread.json'],
      2,
      ['DATA_MISSING: nowhere: ', 'CONFIG_SYNTAX: unread: '],
    ],
    ['what is wrong with several alike once', ['configs', '--set', 'metric=mioo'], 2, ['PLUGIN_NOT_FOUND: one, two: ']],
    ['a config named twice', ['configs', join('configs', 'one.json')], 2, ['USAGE: a config is named twice']],
    ['two of one name', ['configs', 'same'], 2, ['USAGE: two configs have the same name']],
    ['a folder without configs', ['none'], 2, ['CONFIG_NOT_FOUND: the folder holds no configs']],
    ['runs with another config', ['--resume', 'alone', '--set', 'seed=3'], 2, ['USAGE: one, two: ']],
    ['a run named twice', ['--resume', 'alone', join('alone', 'one')], 2, ['USAGE: a run is named twice']],
    ['a folder without runs', ['--resume', 'none'], 3, ['RUN_FOLDER: the folder holds no run']],
    ['a folder of a run', [join('alone', 'one')], 2, ['USAGE: that is the folder of a run']],
    ['folders that are taken', ['configs', '--out', 'alone'], 3, ['RUN_FOLDER: one: ', 'RUN_FOLDER: two: ']],
  ])('%s: said before anything is done', async (_, args, exit, messages) => {
    const { code, stdout, stderr } = await asl('search', ...args);
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr.match(/^ASL_\w+: /gm)).toHaveLength(messages.length);
    for (const message of messages) expect(stderr).toContain(`ASL_${message}`);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(existsSync(at('configs', 'runs'))).toBe(false);
  });
});
