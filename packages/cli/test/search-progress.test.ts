import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { createSearchProgress, type EndedTrial } from '../src/terminal/search-progress.ts';
import type { Terminal } from '../src/terminal/terminal.ts';

function recorder(): { readonly terminal: Terminal; readonly lines: string[] } {
  const lines: string[] = [];
  const terminal: Terminal = {
    json: false,
    interactive: false,
    colors: pc.createColors(false),
    outcome: 0,
    result: () => {},
    log: (line) => lines.push(line),
    fail: (error) => error.exitCode,
  };
  return { terminal, lines };
}

const complete = (round: number, index: number, reward: number): EndedTrial => ({
  round,
  index,
  status: 'complete',
  reward,
});

describe('progress as lines', () => {
  test('names each improvement and each failure, and sums up each round with the time left', () => {
    const { terminal, lines } = recorder();
    let now = 0;
    const progress = createSearchProgress(terminal, () => now);
    progress.begin({ metric: 'miou', rounds: 2, samples: 3, done: 0, best: undefined });
    const trials = [
      complete(0, 1, 0.4),
      { round: 0, index: 0, status: 'failed', reward: 0, reason: 'the loss is not finite' } as const,
      complete(0, 2, 0.3),
      complete(1, 0, 0.35),
    ];
    for (const trial of trials) {
      now += 10_000;
      progress.trialEnded(trial);
    }
    expect(lines).toEqual([
      '2 rounds of 3 trials',
      'round 1/2, trial 2/3: miou 40.00 %, the best so far',
      'round 1, trial 1 failed: the loss is not finite',
      'round 1/2 done: mean miou 35.00 %, best 40.00 %, 30 s left',
    ]);
  });

  test('a resumed search counts what was done before, and only its own speed', () => {
    const { terminal, lines } = recorder();
    let now = 5_000_000;
    const progress = createSearchProgress(terminal, () => now);
    progress.begin({ metric: 'miou', rounds: 3, samples: 2, done: 3, best: 0.6 });
    now += 4000;
    progress.trialEnded(complete(1, 1, 0.5));
    expect(lines).toEqual([
      '3 rounds of 2 trials, 3 of them done before',
      'round 2/3 done: mean miou 50.00 %, best 60.00 %, 8 s left',
    ]);
  });
});
