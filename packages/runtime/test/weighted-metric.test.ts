import { join } from 'node:path';
import { loadConfig } from '@auto-seg-loss/config';
import { openSearchedLoss } from '@auto-seg-loss/loss-expression';
import type { CurvesTerm } from '@auto-seg-loss/loss-file';
import { assembleRun } from '@auto-seg-loss/runtime';
import { describe, expect, test } from 'vitest';
import { writeLossFile } from '../src/run-folder/write-loss-file.ts';
import { failure, makeProject } from './project.ts';

const metric = {
  use: 'weighted',
  metrics: [
    { use: 'miou', weight: 0.5 },
    { use: 'bf1', weight: 0.5, tolerance: 2 },
  ],
};
const resolved = {
  use: 'weighted',
  metrics: [
    { use: 'miou', weight: 0.5, background: true, average: 'dataset' },
    { use: 'bf1', weight: 0.5, tolerance: 2, background: true, average: 'dataset' },
  ],
};
const NAMES = ['miou.intersection', 'miou.union', 'bf1.inside.a', 'bf1.inside.b', 'bf1.outside.a', 'bf1.outside.b'];

describe('a weighted metric', () => {
  test('is a metric to search for: a curve for each operation of each part', async () => {
    const baseDir = await makeProject({ 'asl.config.json': { metric, report: { metrics: ['miou', 'bf1'] } } });
    const { config } = await loadConfig({ cwd: baseDir });
    const run = await assembleRun(config, { baseDir, cacheDir: baseDir });
    const space = await run.space;
    expect(run.config.metric).toEqual(resolved);
    expect(space.slots.map(({ name }) => name)).toEqual(NAMES);
    expect(space.dimensions).toBe(6 * 6);
    expect((await run.metrics).map(({ name }) => name)).toEqual(['weighted', 'miou', 'bf1']);
  });

  test('goes into a loss file and comes back', async () => {
    const baseDir = await makeProject();
    const path = join(baseDir, 'loss.json');
    const line = [
      [0, 0],
      [0.5, 0.5],
      [1, 1],
    ] as const;
    const term: CurvesTerm = {
      weight: 1,
      temperature: 1,
      metric: resolved,
      surrogate: { use: 'bezier', pieces: 1 },
      constraints: [{ use: 'truth-table' }],
      absent: 'zero',
      curves: NAMES.map((name) => ({ name, points: line })),
    };
    await writeLossFile(path, { terms: [term] });
    const opened = await openSearchedLoss(path, { context: { baseDir, cacheDir: baseDir } });
    expect(opened.metric.name).toBe('weighted');
    expect(opened.curves).toHaveLength(6);

    await writeLossFile(path, { terms: [{ ...term, curves: term.curves.slice(0, 2) }] });
    const error = await failure(openSearchedLoss(path, { context: { baseDir, cacheDir: baseDir } }));
    expect(error.code).toBe('ASL_LOSS_MISMATCH');
    expect(error.format()).toContain('bf1.outside.b');
  });
});
