import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrialStore } from '@auto-seg-loss/study';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl } from './run-asl.ts';
import { short, smallestSearch } from './smallest-search.ts';

let folder: string;
const at = (...names: readonly string[]) => join(folder, ...names);
const asl = (...args: readonly string[]) => runAsl(args, { cwd: folder });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-search-'));
  await writeFile(at('asl.config.json'), JSON.stringify(smallestSearch));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a page is made of. */
async function pageData(path: string) {
  return JSON.parse(/id="data">(.*?)<\/script>/s.exec(await readFile(path, 'utf8'))?.[1] ?? '');
}

describe('asl search', () => {
  test('leaves a loss, a picture and the resolved config in the run folder', async () => {
    const { code, stdout, stderr } = await asl('search', '--out', 'whole', '--json');
    expect([code, stderr]).toEqual([0, expect.stringContaining('round 2/2 done')]);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      folder: at('whole'),
      loss: at('whole', 'loss.json'),
      trials: { complete: 6, pruned: 0, failed: 0 },
      warnings: [],
    });
    // Six trials whatever is asked, and from 1.
    expect(stderr).toMatch(/^Up to 25 trainings: .*; 6 trials of 4 iterations; up to 15 of the best again/m);
    expect(stderr).toMatch(/^6 trials in 2 rounds$/m);
    expect(stderr).toMatch(/^The \d best trials( and what the searcher recommends)? are tried again, 3 times each/m);
    expect(result.classes).toHaveLength(result.best.outcome.metrics.miou.perClass.length);
    expect([result.best.round, result.best.trial].every((number) => number >= 1)).toBe(true);
    expect(result.best.outcome.reward).toBeGreaterThanOrEqual(0);
    const loss = JSON.parse(await readFile(at('whole', 'loss.json'), 'utf8'));
    expect(loss).toMatchObject({ format: 'auto-seg-loss/1', metric: { use: 'miou' }, theta: result.winner.theta });
    const { round, trial: number } = result.winner;
    expect(loss.found).toMatchObject(
      number === null ? { trial: 'recommended by the searcher' } : { trial: number, round },
    );
    expect(loss.reward.classes).toEqual(result.classes);
    expect(await readFile(at('whole', 'report.svg'), 'utf8')).toContain('>intersection</text>');
    expect([...(await readFile(at('whole', 'report.png'))).subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    expect(JSON.parse(await readFile(at('whole', 'config.json'), 'utf8')).searcher.clip).toBe(0.2);
  });

  test('asl report makes one page of the run folder, with nothing of it changed', async () => {
    const { code, stdout, stderr } = await asl('report', 'whole', '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({ report: at('whole', 'report.html') });
    const { title, notices, sections } = await pageData(at('whole', 'report.html'));
    expect([title, notices]).toEqual(['Search for miou', []]);
    expect(sections.map(({ id }: { id: string }) => id)).toEqual([
      'rewards',
      'curves',
      'surface',
      'parameters',
      'importance',
      'finalists',
      'classes',
      'cost',
      'environment',
    ]);
    const [rewards] = sections[0].charts;
    expect(rewards.drawn.trials).toHaveLength(6);
    const loss = JSON.parse(await readFile(at('whole', 'loss.json'), 'utf8'));
    expect(rewards.drawn.worth.mean).toBeCloseTo(100 * loss.reward.value, 9);
    expect(rewards.drawn.worth.interval[1]).toBeCloseTo(100 * loss.reward.interval[1], 9);
    expect(sections[1].charts[0].drawn.steps.at(-1).points).toEqual(
      loss.curves.map(({ points }: { points: unknown }) => points),
    );
    expect((await asl('report', 'whole', '--out', 'other.html')).stdout).toBe('other.html\n');
    expect(await readFile(at('other.html'), 'utf8')).toBe(await readFile(at('whole', 'report.html'), 'utf8'));
  });

  test('asl report of a search that is not at its end says so', async () => {
    await cp(at('whole'), at('unfinished'), { recursive: true });
    const store = TrialStore.open(at('unfinished'));
    // Takes away what comes after the searcher's rounds.
    store.changeConfig(store.meta.config, 2);
    store.close();
    const { code, stderr } = await asl('report', 'unfinished');
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^This search is not at its end, .*: 6 of at most \d+ trials/),
    ]);
    const { notices, sections } = await pageData(at('unfinished', 'report.html'));
    expect(notices[0]).toMatch(/^This search is not at its end/);
    expect(sections.map(({ id }: { id: string }) => id)).not.toContain('finalists');
  });

  test.each([
    ['a folder that is no run', ['.'], 3, 'ASL_RUN_FOLDER', /a folder without them/],
    ['a folder that is not there', ['nowhere'], 3, 'ASL_RUN_FOLDER', /nothing of that name/],
    [
      'the place of another file',
      ['whole', '--out', join('whole', 'loss.json')],
      2,
      'ASL_ARGUMENT_INVALID',
      /ends in \.html/,
    ],
    ['a folder', ['whole', '--out', 'whole'], 2, 'ASL_ARGUMENT_INVALID', /a folder or a device/],
  ])('asl report: %s', async (_, args, exit, error, text) => {
    const { code, stdout, stderr } = await asl('report', ...args);
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr).toMatch(new RegExp(`^${error}:`));
    expect(stderr).toMatch(text);
  });

  test('the picture of a loss in the form of another metric names both', async () => {
    const form = ['--set', 'metric=gacc', '--set', 'formula=miou'];
    const { code, stdout } = await asl('search', '--out', 'form', ...form);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^found +\d/m)]);
    const svg = await readFile(at('form', 'report.svg'), 'utf8');
    expect(svg).toContain('>Loss found for gacc</text>');
    expect(svg).toContain('>relaxes miou · ');
    expect(svg).toContain('>gacc on held-out training images, %</text>');
    expect(svg).toContain('>intersection</text>');
  });

  test('train and compare report every exact metric on val', async () => {
    const trained = await asl('train', '--loss', join('whole', 'loss.json'), '--out', 'trained', '--json');
    expect(trained.code).toBe(0);
    const network = JSON.parse(trained.stdout);
    expect(Object.keys(network.network.metrics)).toEqual(['miou', 'gacc']);
    expect(network.weights).toBe(at('trained', 'weights.safetensors'));

    const compared = await asl('compare', '--losses', `cross-entropy,${join('whole', 'loss.json')}`, '--seeds', '2');
    expect(compared.code).toBe(0);
    expect(compared.stdout).toMatch(/^loss +miou +gacc$/m);
    expect(compared.stdout).toMatch(/^cross-entropy +\d+\.\d\d ± \d+\.\d\d/m);
    expect(compared.stdout).toMatch(/^whole.loss\.json +\d+\.\d\d ± \d+\.\d\d/m);
    expect(compared.stdout).toMatch(/^mean ± standard deviation over 2 seeds, in percent; \* best of its column$/m);
  });

  test.each([
    ['an unknown plugin', ['--set', 'searcher=pppo'], 2, 'ASL_PLUGIN_NOT_FOUND', /Did you mean "ppo"\?/],
    [
      'an option of the wrong type',
      ['--set', 'searcher.rounds=many'],
      2,
      /ASL_(OPTIONS|CONFIG)_INVALID/,
      /searcher\.rounds.*whole number.*"many"/s,
    ],
    ['an unknown option', ['--set', 'searcher.round=4'], 2, /ASL_(OPTIONS|CONFIG)_INVALID/, /Did you mean "rounds"\?/],
    ['an unknown field', ['--set', 'proxi.size=4'], 2, 'ASL_CONFIG_INVALID', /Did you mean "proxy"\?/],
    ['a reward on val', ['--set', 'proxy.reward.split=val'], 2, 'ASL_CONFIG_LEAK', /remove proxy\.reward\.split/],
    ['--set without a value', ['--set', 'seed'], 2, 'ASL_USAGE', /--set key=value/],
    ['a missing config', ['nowhere.json'], 2, 'ASL_CONFIG_NOT_FOUND', /nowhere\.json/],
    [
      'a missing data folder',
      [
        '--set',
        'dataset={"use":"folder","root":"nowhere","classes":2,"train":{"list":"a.txt"},"val":{"list":"b.txt"}}',
      ],
      2,
      'ASL_DATA_MISSING',
      /nowhere/,
    ],
    ['a folder without a run', ['--resume', 'nowhere'], 3, 'ASL_RUN_FOLDER', /study\.sqlite/],
    ['a folder that holds a run', ['--out', 'whole'], 3, 'ASL_RUN_FOLDER', /resume/],
    ['another config for a run that goes on', ['--resume', 'whole', '--set', 'seed=3'], 2, 'ASL_USAGE', /--set seed=3/],
    ['a config file for it', ['asl.config.json', '--resume', 'whole'], 2, 'ASL_USAGE', /--set for more rounds/],
    ['no workers', ['--workers', '0'], 2, 'ASL_USAGE', /at least 1/],
  ])('%s: one message, and nothing is lost', async (_, args, exit, error, message) => {
    const { code, stdout, stderr } = await asl('search', ...args);
    expect(stderr).toMatch(new RegExp(`^(.*\\n)*${typeof error === 'string' ? error : error.source}: `));
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('a run folder that cannot be made: what and where, exit code 3', async () => {
    // Root may write anywhere, but not below a file.
    await writeFile(at('file'), '');
    const { code, stderr } = await asl('search', '--out', join('file', 'run'));
    expect(code).toBe(3);
    expect(stderr).toMatch(/ASL_RUN_FOLDER: /);
    expect(stderr).toContain(at('file', 'run'));
  });

  test.skipIf(process.getuid?.() === 0)('a folder without permission: what and where, exit code 3', async () => {
    await mkdir(at('locked'));
    await chmod(at('locked'), 0o500);
    const { code, stderr } = await asl('search', '--out', join('locked', 'run'));
    expect(code).toBe(3);
    expect(stderr).toMatch(/ASL_RUN_FOLDER: /);
  });

  test('a damaged store: exit code 4, and the file is left as it is', async () => {
    await mkdir(at('damaged'));
    const damaged = Buffer.from('SQLite format 3\u0000 and then nothing that makes sense');
    await writeFile(at('damaged', 'study.sqlite'), damaged);
    const { code, stderr } = await asl('search', '--resume', 'damaged');
    expect(code).toBe(4);
    expect(stderr).toMatch(/ASL_STATE_CORRUPT: /);
    expect((await readFile(at('damaged', 'study.sqlite'))).equals(damaged)).toBe(true);
  });

  test('a config with several problems reports all of them', async () => {
    await writeFile(
      at('wrong.json'),
      JSON.stringify({ ...smallestSearch, seed: 'x', proxy: { ...short, batchSize: 0 }, colour: 1 }),
    );
    const { code, stderr } = await asl('search', 'wrong.json');
    expect(code).toBe(2);
    for (const path of ['seed', 'proxy.batchSize', 'colour']) expect(stderr).toContain(path);
  });
});
