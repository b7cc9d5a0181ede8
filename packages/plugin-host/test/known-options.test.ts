import { loadConfig } from '@auto-seg-loss/config';
import { knownOptions } from '@auto-seg-loss/runtime';
import { describe, expect, test } from 'vitest';
import { makeProject } from '../../runtime/test/project.ts';
import { checkPlugin } from '../src/check-plugin.ts';

async function load(config: object, ...set: readonly string[]) {
  const cwd = await makeProject({ 'asl.config.json': config });
  return loadConfig({ cwd, set, pluginOptions: knownOptions });
}

describe('another plugin takes the place of one that has options', () => {
  test('a searcher keeps the budget; what is of the other alone is left out, and said', async () => {
    const searcher = { use: 'ppo', rounds: 7, samples: 5, clip: 0.1 };
    const { config, notes } = await load({ metric: 'miou', searcher }, 'searcher.use=random');
    expect(config.searcher).toEqual({ use: 'random', rounds: 7, samples: 5 });
    expect(notes).toEqual([
      'searcher is random in place of ppo: rounds, samples of the one before are kept; clip is left out.',
    ]);
  });

  test('an option of equal name that means something else is left out', async () => {
    const dataset = { use: 'folder', root: 'data', classes: 2, train: { list: 'a.txt' }, val: { list: 'b.txt' } };
    const { config, notes } = await load({ metric: 'miou', dataset }, 'dataset=scenes', 'dataset.val=4');
    expect(config.dataset).toEqual({ use: 'scenes', val: 4 });
    expect(notes).toEqual(['dataset is scenes in place of folder: root, classes, train are left out.']);
  });

  test('one that is not there is an error of its own, later', async () => {
    const { config } = await load({ metric: 'miou', searcher: { use: 'ppo', rounds: 7 } }, 'searcher=pppo');
    expect(config.searcher).toEqual({ use: 'pppo' });
  });
});

describe('--set of a plugin', () => {
  test.each([
    ['dataset.size=48,64', { size: [48, 64] }],
    ['dataset.train=9', { train: 9 }],
  ])('%s', async (set, expected) => {
    expect((await load({ metric: 'miou' }, set)).config.dataset).toMatchObject(expected);
  });

  test('a list, where the plugin takes other things too', async () => {
    const dataset = { use: 'folder', root: 'data', train: { list: 'a.txt' }, val: { fraction: 0.2 } };
    const set = ['dataset.classes=sky,road', 'dataset.ignoreLabel=0,255', 'dataset.labels.map=voc', 'dataset.root=a,b'];
    const { config } = await load({ metric: 'miou', dataset }, ...set);
    expect(config.dataset).toMatchObject({
      classes: ['sky', 'road'],
      ignoreLabel: [0, 255],
      labels: { map: 'voc' },
      root: 'a,b',
    });
  });
});

describe('an option that is null', () => {
  const check = async (use: { readonly use: string; readonly [option: string]: never | null | string | number }) =>
    (await checkPlugin({ kind: 'searcher', use, where: 'searcher' }, await makeProject())).use;

  test('is as if it were not there, where it may not be null', async () => {
    expect(await check({ use: 'random', rounds: null, samples: 3 })).toEqual(
      await check({ use: 'random', samples: 3 }),
    );
  });

  test('stays where it may', async () => {
    expect(await check({ use: 'cma-es', samples: null })).toMatchObject({ samples: null });
  });

  test('is refused under a name that is none', async () => {
    await expect(check({ use: 'random', round: null })).rejects.toMatchObject({
      code: 'ASL_OPTIONS_INVALID',
      details: { problems: [expect.objectContaining({ where: 'searcher.round', remedy: 'Did you mean "rounds"?' })] },
    });
  });
});
