import { configSchema } from '@auto-seg-loss/config';
import { describe, expect, test } from 'vitest';
import { readSharedSearch, sharedSearch, warmStartFiles, warmStartPaths } from '../src/jobs/shared-search.ts';
import type { Environment } from '../src/run-folder/environment.ts';

const environment: Environment = {
  engine: 'wasm',
  device: 'CPU',
  libraryVersion: '4',
  kernels: 'a hash',
  threads: 1,
  node: 'v20',
  platform: 'x',
  plugins: { 'metric miou': '0.1.0', 'metric ./mine.ts': null },
  data: 'd',
  weights: { network: 'w' },
};
const known = { firstRound: 3, twins: [[0, 2]], shares: [0.75, 0.25], reference: { '1': { gacc: 0.5 } } };

function shared() {
  const config = configSchema.parse({
    workers: 7,
    metric: 'miou',
    start: './loss.json',
    losses: { mine: 'dice' },
    executor: { use: 'bullmq', url: 'redis://:geheim@host' },
  });
  const context = { baseDir: '/project', cacheDir: '/cache' };
  const engine = { engine: 'wasm', device: 'CPU', libraryVersion: '4', fallback: undefined } as const;
  return sharedSearch({ config, context }, { engine, environment }, known);
}

test('a worker reads all that the results of a search depend on', () => {
  const read = readSharedSearch(JSON.parse(JSON.stringify(shared())));
  expect(read).toMatchObject({ ...known, baseDir: '/project' });
  expect(read?.environment).toEqual(environment);
  expect(Object.keys(read?.build ?? {})).toEqual(
    expect.arrayContaining(['@auto-seg-loss/kernel', '@auto-seg-loss/runtime', '@auto-seg-loss/metric-miou']),
  );
});

test('what is sent names no file of this machine that no trial needs, and holds no address', () => {
  const text = JSON.stringify(shared());
  expect(text).not.toMatch(/geheim|\.\/loss\.json/);
  expect(readSharedSearch(JSON.parse(text))?.config).toMatchObject({
    executor: { use: 'processes' },
    start: null,
    losses: {},
  });
});

test.each([null, {}, 'x', { format: 2 }, { format: 1, config: { metric: 'miou' } }])('%j is no search', (sent) => {
  expect(readSharedSearch(sent as never)).toBeUndefined();
});

describe('the networks that trials start from, as files of a search', () => {
  const paths = (folds: number) => Array.from({ length: folds }, (_, fold) => `warm-start-${fold + 1}.safetensors`);

  test('keep the name that they always had where there is one, and have letters where there are folds', () => {
    expect(warmStartFiles(['a'])).toEqual({ 'warm-start': 'a' });
    expect(Object.keys(warmStartFiles(paths(20)))).toEqual(
      [...'abcdefghijklmnopqrst'].map((letter) => `warm-start-${letter}`),
    );
  });

  test('come back in the order of the folds, whatever is missing', () => {
    for (const folds of [2, 5, 20]) {
      expect(warmStartPaths(warmStartFiles(paths(folds)), folds, 'none')).toEqual(paths(folds));
      expect(warmStartPaths({}, folds, 'none')).toEqual(paths(folds).map(() => 'none'));
    }
    expect(warmStartPaths(warmStartFiles(['a']), null, 'none')).toEqual(['a']);
  });
});
