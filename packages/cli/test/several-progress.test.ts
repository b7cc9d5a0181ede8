import { join } from 'node:path';
import type { FinishedTrial } from '@auto-seg-loss/study';
import { expect, test } from 'vitest';
import { createSeveralProgress } from '../src/terminal/several-progress.ts';
import { recordedTerminal } from './recorded-terminal.ts';

const trial: FinishedTrial = {
  number: 0,
  round: 0,
  index: 0,
  key: '',
  theta: [],
  descent: null,
  whole: false,
  copyOf: null,
  ms: 1000,
  outcome: { status: 'complete', reward: 0.4, metrics: null, images: 0 },
};

test('lines of several searches begin with their names, and the time left is of all', () => {
  const { terminal, lines } = recordedTerminal();
  const progress = createSeveralProgress(terminal, ['one', 'two']);
  for (const name of ['one', 'two']) {
    progress.handle(name, {
      type: 'run-opened',
      weights: [],
      folder: join(process.cwd(), 'runs', name),
      resumed: null,
      workers: 2,
      executor: 'processes',
      engine: { engine: 'wasm', device: 'CPU', libraryVersion: '4.22.0', fallback: undefined },
      metric: 'miou',
      coordinates: [],
    });
    progress.handle(name, { type: 'study-started', rounds: 2, trials: 2, again: 0, finished: 0, earlier: [] });
  }
  progress.handle('one', { type: 'trial-finished', trial, best: trial, finished: 1, secondsLeft: null });
  progress.handle('two', { type: 'trial-finished', trial, best: trial, finished: 1, secondsLeft: 50 });
  progress.handle('two', { type: 'round-finished', round: 0, best: trial });
  progress.end('one', 'failed: it says why');
  progress.handle('two', { type: 'trial-finished', trial, best: trial, finished: 2, secondsLeft: 20 });
  progress.note('of all');
  progress.stop();
  expect(lines).toEqual([
    `[one] Run folder: ${join('runs', 'one')}`,
    '[one] Engine: WebAssembly, tfjs 4.22.0 (CPU), 2 workers',
    '[one] 2 trials in 2 rounds',
    `[two] Run folder: ${join('runs', 'two')}`,
    '[two] Engine: WebAssembly, tfjs 4.22.0 (CPU), 2 workers',
    '[two] 2 trials in 2 rounds',
    '[one] trial 1, round 1/2: miou 40.00 %, the best so far',
    '[two] trial 1, round 1/2: miou 40.00 %, the best so far',
    'About 50 s left for all 2 searches, at the pace of their first trials',
    '[two] round 1/2 done: mean miou 40.00 %, best 40.00 %, 50 s left for all',
    '[one] failed: it says why',
    '[two] trial 1, round 1/2: miou 40.00 %, the best so far',
    'of all',
  ]);
});
