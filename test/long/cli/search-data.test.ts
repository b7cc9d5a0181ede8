import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrialStore } from '@auto-seg-loss/study';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HEIGHT, masked, WIDTH, writeMasks } from '../../../packages/cli/test/masks.ts';
import { type Ran, runAsl } from '../../../packages/cli/test/run-asl.ts';

const size = [HEIGHT, WIDTH];
/** So short that every network says class 0 everywhere. */
const short = { size, iterations: 2, batchSize: 2 };
const splits = (root: string) => ({
  train: { images: `${root}train/images`, labels: `${root}train/labels` },
  val: { images: `${root}val/images`, labels: `${root}val/labels` },
});
const config = {
  metric: 'miou',
  workers: 1,
  dataset: { use: 'folder', root: '.', classes: ['ground', 'thing'], ...splits(''), cache: false },
  network: { use: 'deeplab-lite', width: 4 },
  proxy: { ...short, warmStart: null },
  searcher: { use: 'random', rounds: 1, samples: 3 },
  reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
  training: short,
};
/** Long enough to tell losses apart. */
const long = { ...short, iterations: 40, learningRate: 0.2 };

let folder: string;
const at = (...names: readonly string[]) => join(folder, ...names);

async function searchOf(name: string, change: object = {}, ...args: readonly string[]): Promise<Ran> {
  await writeFile(at(`${name}.json`), JSON.stringify({ ...config, ...change }));
  return runAsl(['search', `${name}.json`, '--out', name, ...args], { cwd: folder });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-search-data-'));
  const train = Object.fromEntries(['a0', 'a1', 'a2', 'a3'].map((name) => [name, masked(name)]));
  const val = { v0: masked('v0'), v1: masked('v1') };
  await writeMasks(at('train'), train);
  await writeMasks(at('val'), val);
  await writeMasks(at('binary/train'), train, 255);
  await writeMasks(at('binary/val'), val, 255);
  const again = Object.entries(train).map(([name, pair]) => [name.replace('a', 'b'), pair] as const);
  await writeMasks(at('twice/train'), { ...train, ...Object.fromEntries(again) });
  await writeMasks(at('twice/val'), val);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a search whose rewards do not differ', () => {
  test('names no loss: it says what was seen, what was never predicted, and what to do; its trials are kept', async () => {
    const { code, stdout, stderr } = await searchOf('flat');
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/^1 +3 of 3 .*\nrewards in percent[^\n]*\n\nno loss is named: /m),
    ]);
    expect(stdout).not.toContain('found');
    expect(stderr).toMatch(
      /^ASL_SEARCH_FAILED: no signal: rewards do not differ between losses, so no loss is named$/m,
    );
    expect(stderr).toMatch(/all 3 trials had the same reward, \d+\.\d\d % \(miou\); "thing" was never predicted right/);
    expect(stderr).toMatch(/begin a new search with trials that are longer \(proxy\.iterations, now 2\)/);
    for (const file of ['loss.json', 'report.svg', 'paused']) expect(existsSync(at('flat', file)), file).toBe(false);
    const again = await runAsl(['search', '--resume', 'flat', '--json'], { cwd: folder });
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({ loss: null, best: null, winner: null, trials: { complete: 3 } });
    expect(JSON.parse(again.stderr.trim().split('\n').at(-1) ?? '').error.code).toBe('ASL_SEARCH_FAILED');
    // What it prints to go on with runs as it is printed.
    const command = /asl (search --resume \S+ --set \S+)$/m.exec(stderr)?.[1] ?? '';
    const longer = await runAsl(command.split(' '), { cwd: folder });
    expect(longer.stderr).toContain('Found 3 finished trials in 1 of 2 rounds; goes on with round 2');
    const store = TrialStore.read(at('flat'));
    expect(store.trials()).toHaveLength(6);
    store.close();
  });

  test('is none of one trial, whose loss is named with a warning', async () => {
    const { code, stdout, stderr } = await searchOf(
      'single',
      { searcher: { use: 'random', rounds: 1, samples: 1 } },
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout).warnings).toEqual([expect.stringMatching(/^a single loss was scored/)]);
    expect(stderr).toMatch(/^Warning: a single loss was scored/m);
    expect(existsSync(at('single', 'loss.json'))).toBe(true);
  });
});

describe('what a search sees of its data, before it trains anything', () => {
  test('masks of 0 and 255 with 255 ignored have one class: nothing can be learned, and the reading is named', async () => {
    const dataset = { ...config.dataset, ...splits('binary/'), ignoreLabel: 255 };
    const { code, stdout, stderr } = await searchOf('ignored', { dataset });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^ASL_DATA_INVALID: .*one class alone: nothing can be learned/m);
    expect(stderr).toMatch(
      /received: pixels of "ground" and none of "thing"; \d+ of 6144 pixels \(\d+ %\) are ignored/,
    );
    expect(stderr).toContain('dataset.labels.map: binary');
    expect(stderr).not.toContain('round 1/1');
  });

  test('a class without a pixel is named, and the search goes on without it', async () => {
    const dataset = { ...config.dataset, classes: ['ground', 'thing', 'ghost'] };
    const { stderr } = await searchOf('ghost', { dataset });
    const before = stderr.slice(0, stderr.indexOf('3 trials in 1 round'));
    expect(before).toMatch(/^Warning: no pixel of "ghost" is in the training split: no network can learn it$/m);
  });

  test('images that are there twice are said, and held out together', async () => {
    const dataset = { ...config.dataset, ...splits('twice/') };
    const proxy = { ...config.proxy, reward: { fraction: 0.5 } };
    const { stderr } = await searchOf('twins', { dataset, proxy });
    expect(stderr).toMatch(
      /^Warning: 8 of 8 training images are equal to others \(.*a0\.png = .*b0\.png; 4 groups\): twins are on one side/m,
    );
    const { training } = JSON.parse(await readFile(at('twins', 'data.json'), 'utf8'));
    expect(training).toMatchObject({ images: 8, classes: ['ground', 'thing'], division: { train: 4, reward: 4 } });
  });

  test('is kept in the run, and said again when it goes on', async () => {
    const written = await readFile(at('twins', 'data.json'), 'utf8');
    const { stderr } = await runAsl(['search', '--resume', 'twins'], { cwd: folder });
    expect(stderr).toMatch(/^Warning: 8 of 8 training images/m);
    expect(stderr).not.toContain('Looking at the training images');
    expect(await readFile(at('twins', 'data.json'), 'utf8')).toBe(written);
  });
});

describe('a search goes on', () => {
  const searching = { proxy: { ...long, warmStart: null }, searcher: { use: 'random', rounds: 2, samples: 2 } };

  test('with more rounds and with its data elsewhere, to what it would have been', async () => {
    await cp(at('train'), at('data/train'), { recursive: true });
    await cp(at('val'), at('data/val'), { recursive: true });
    const dataset = { ...config.dataset, root: 'data' };
    const whole = await searchOf('whole', { ...searching, dataset });
    expect(whole.code).toBe(0);
    const begun = await searchOf('moved', { ...searching, dataset, searcher: { ...searching.searcher, rounds: 1 } });
    expect(begun.code).toBe(0);
    await rename(at('data'), at('data2'));

    const lost = await runAsl(['search', '--resume', 'moved'], { cwd: folder });
    expect(lost.code).toBe(2);
    expect(lost.stderr).toMatch(/remedy: .*asl search --resume moved --set dataset\.root=FOLDER/);
    const refused = await runAsl(['search', '--resume', 'moved', '--set', 'proxy.iterations=9'], { cwd: folder });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /expected: --set searcher\.rounds=N for more rounds, --set dataset\.root=FOLDER .*, --workers N/,
    );

    const args = ['--set', 'dataset.root=data2', '--set', 'searcher.rounds=2'];
    const { code, stdout } = await runAsl(['search', '--resume', 'moved', ...args], { cwd: folder });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^2 +2 of 2 /m)]);
    for (const file of ['loss.json', 'report.svg', 'report.png'])
      expect((await readFile(at('moved', file))).equals(await readFile(at('whole', file))), file).toBe(true);
    await rename(at('data2'), at('data'));
  });
});
