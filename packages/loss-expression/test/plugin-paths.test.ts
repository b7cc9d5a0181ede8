import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeProject, pluginPackage, pluginSource } from '../../runtime/test/project.ts';
import { openSearchedLoss } from '../src/open-searched-loss.ts';
import { usedFrom } from '../src/plugin-paths.ts';

describe('plugins named from another folder', () => {
  test.each([
    ['./metric', '/p', '/p/runs/1', '../../metric'],
    ['../metric.ts', '/p/a', '/p', './metric.ts'],
    ['./', '/p/metric', '/p/runs', '../metric'],
    ['../metric', '/p/runs', '/p/metric', '.'],
    ['miou', '/p', '/q', 'miou'],
    ['@acme/metrics/miou', '/p', '/q', '@acme/metrics/miou'],
    ['/elsewhere/metric.js', '/p', '/q', '/elsewhere/metric.js'],
  ])('%s in %s is in %s %s', (use, from, to, expected) => {
    expect(usedFrom({ use, tolerance: 2 }, from, to)).toEqual({ use: expected, tolerance: 2 });
  });

  test('and those that they are made of', () => {
    const use = { use: 'weighted', metrics: [{ use: './mine', weight: 2 }, { use: 'miou' }] };
    expect(usedFrom(use, '/p', '/p/runs')).toEqual({
      use: 'weighted',
      metrics: [{ use: '../mine', weight: 2 }, { use: 'miou' }],
    });
  });

  test('a loss file finds its metric from its own folder, wherever it is asked for', async () => {
    const baseDir = await makeProject({
      'package.json': {},
      ...pluginPackage('mine', { name: 'mine', main: 'index.js' }, pluginSource('metric', 'mine', undefined, CREATE)),
    });
    await mkdir(join(baseDir, 'runs/deep'), { recursive: true });
    const line = [
      [0, 0],
      [0.5, 0.5],
      [1, 1],
    ];
    const loss = {
      format: 'auto-seg-loss/1',
      metric: { use: '../../mine' },
      surrogate: { use: 'bezier', pieces: 1 },
      constraints: ['truth-table'],
      curves: [{ name: 'hits', points: line }],
    };
    await writeFile(join(baseDir, 'runs/deep/loss.json'), JSON.stringify(loss));
    for (const [cwd, path] of [
      [baseDir, 'runs/deep/loss.json'],
      [join(baseDir, 'runs'), 'deep/loss.json'],
    ] as const) {
      const opened = await openSearchedLoss(path, {
        cwd,
        context: { baseDir: join(baseDir, 'mine'), cacheDir: baseDir },
      });
      expect(opened.metric.name).toBe('mine');
    }
  });
});

const CREATE = `() => ({
  name: 'mine',
  measure: ({ and, sum }, { prediction, label }) => ({ hits: sum(and('hits', prediction, label)) }),
  score: ({ mean }, { hits }) => mean(hits),
})`;
