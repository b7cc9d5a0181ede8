import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { loadConfig, searchedMetrics } from '../src/index.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function load(config: object, set: readonly string[] = []): ReturnType<typeof loadConfig> {
  const cwd = await mkdtemp(join(tmpdir(), 'asl-config-'));
  folders.push(cwd);
  await writeFile(join(cwd, 'asl.config.json'), JSON.stringify(config));
  return loadConfig({ cwd, set });
}

async function problemsOf(config: object): Promise<AslError['details']['problems']> {
  const error: unknown = await load(config).catch((thrown: unknown) => thrown);
  if (!(error instanceof AslError)) throw new Error('it was taken');
  expect(error.code).toBe('ASL_CONFIG_INVALID');
  return error.details.problems;
}

describe('what a config searches for', () => {
  test('is one metric, or several', async () => {
    expect(searchedMetrics((await load({ metric: 'miou' })).config)).toEqual([{ use: 'miou' }]);
    const { config } = await load({ metrics: ['miou', { use: 'bf1', tolerance: 2 }] });
    expect(config.metric).toBeNull();
    expect(searchedMetrics(config)).toEqual([{ use: 'miou' }, { use: 'bf1', tolerance: 2 }]);
  });

  test('may be said on the command line, in place of what the file says', async () => {
    const { config } = await load({ metric: 'miou' }, ['metric=null', 'metrics=miou,bf1']);
    expect([config.metric, config.metrics]).toEqual([null, [{ use: 'miou' }, { use: 'bf1' }]]);
  });

  test('is not both, and not nothing', async () => {
    const [both] = (await problemsOf({ metric: 'miou', metrics: ['miou', 'bf1'] })) ?? [];
    expect(both).toMatchObject({ expected: 'metric or metrics, not both', remedy: expect.stringContaining('null') });
    expect(both?.where).toContain('metrics');
    const [none] = (await problemsOf({ seed: 1 })) ?? [];
    expect(none?.expected).toContain('metrics: [miou, bf1]');
  });

  test.each([
    [['miou'], '["miou"]'],
    [['miou', { use: 'miou' }], 'which are the same'],
  ])('several are at least two: %j is one, which has its own name', async (metrics, received) => {
    const [one, ...others] = (await problemsOf({ metrics })) ?? [];
    expect(others).toEqual([]);
    expect(one).toMatchObject({ expected: 'at least two metrics', remedy: 'metric: "miou"' });
    expect(one?.received).toContain(received);
  });

  test('no metric in the list, or none that is one, is said as of other fields', async () => {
    expect((await problemsOf({ metrics: [] }))?.map(({ where }) => where)).toEqual([
      expect.stringContaining('metrics'),
    ]);
    expect((await problemsOf({ metrics: ['miou', 5] }))?.length).toBeGreaterThan(0);
  });
});
