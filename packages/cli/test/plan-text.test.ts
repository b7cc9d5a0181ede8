import type { SearchPlan } from '@auto-seg-loss/runtime';
import { describe, expect, test } from 'vitest';
import { planText } from '../src/report/plan-text.ts';
import { runAsl } from './run-asl.ts';

const plan: SearchPlan = {
  folder: process.cwd(),
  metric: 'bf1',
  formula: 'miou',
  searchSpace: null,
  coordinates: ['union.a 1', 'union.a 2', 'temperature', 'weight dice'],
  rivals: ['dice'],
  searcher: 'gradient',
  engine: { engine: 'wasm', device: 'CPU', libraryVersion: '4.22.0', fallback: undefined },
  workers: 3,
  prior: [],
  weights: ['Weights of the encoder (network.weights): x, all'],
  data: { dataset: 'folder', classes: 1, train: 1, reward: 2, val: 0, folds: null },
  network: { name: 'deeplab-lite', parameters: 1_000, values: 1_200 },
  rounds: 2,
  trials: { searched: 4, again: 2, confirm: 1, descents: 2 },
  iterations: 100,
  batchSize: 8,
  size: [64, 96],
  pruning: { rule: 'median', rungs: [0.25], keep: 0.5 },
  warmStart: 0,
  reference: 0,
  measured: {
    trial: { iterations: 5, iteration: 0.0042, beginning: 0, scoring: 2.5 },
    warmStart: null,
    descent: 0.3,
    preparing: 12,
    workers: 3,
  },
  time: { least: { seconds: 60, core: 100 }, most: { seconds: 120, core: 300 } },
  disk: { needed: 1_500, free: 0 },
  memory: { needed: 2e9, available: 1e9 },
  warnings: ['too little of everything'],
};

describe('the text of a dry run', () => {
  test('says what there is to do, what it takes, and what that rests on', () => {
    const text = planText(plan);
    for (const line of [
      /^searches +a loss for bf1, in the form of miou, with gradient$/m,
      /^space +4 coordinates: 2 of curves, temperature, weight dice; beside the finalists, dice alone$/m,
      /^into +\.$/m,
      /^rounds +2, of 4 trials together, in 2 of which the loss itself is learned$/m,
      /^a trial +100 iterations of 8 images of 64 × 96 pixels, judged at 25 % \(median\)$/m,
      /^measured +4\.2 ms an iteration, over the first 5 of a trial in each of 3 workers at once; 300 ms where the loss/m,
      /^time +about 1 min 0 s to 2 min 0 s, by how many trials are stopped early;/m,
      /^memory +about 2\.0 GB; 1\.0 GB are free$/m,
      /^disk +about 1\.5 kB; 0 kB are free$/m,
      /^Warning: too little of everything$/m,
      /^Nothing was searched, and nothing is kept\.$/m,
    ])
      expect(text).toMatch(line);
  });

  test('is not to be had of a run that was begun', async () => {
    const { code, stderr } = await runAsl(['search', '--dry-run', '--resume', 'runs/x']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ASL_USAGE: a dry run is of a search that is not begun/);
  });
});
