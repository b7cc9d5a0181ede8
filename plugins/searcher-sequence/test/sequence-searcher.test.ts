import {
  type Json,
  type Proposal,
  Random,
  type SearcherFactory,
  type SearchSpace,
  type TrialResult,
} from '@auto-seg-loss/kernel';
import { plugin as gradient } from '@auto-seg-loss/searcher-gradient';
import { plugin as ppo } from '@auto-seg-loss/searcher-ppo';
import { plugin as random } from '@auto-seg-loss/searcher-random';
import { describe, expect, test } from 'vitest';
import { SequenceSearcher } from '../src/sequence-searcher.ts';

const space: SearchSpace = { dimensions: 2, start: [0.3, 0.6] };
const context = { baseDir: '.', cacheDir: '.' };
const part = (plugin: typeof ppo | typeof gradient | typeof random, options: object): SearcherFactory => {
  return plugin.create(plugin.options.parse(options) as never, context) as SearcherFactory;
};
const make = (parts: readonly SearcherFactory[], seed = 1) => new SequenceSearcher(parts, space, Random.fromSeed(seed));

/** Best at (0.9, 0.1). */
const answer = ({ theta, descent }: Proposal): TrialResult => {
  const [x = 0, y = 0] = theta;
  const reward = 1 - ((x - 0.9) ** 2 + (y - 0.1) ** 2) / 2;
  return { theta, status: 'complete', reward, ...(descent === undefined ? {} : { descended: [0.85, 0.15] }) };
};
const round = (searcher: SequenceSearcher): readonly Proposal[] => {
  const proposals = searcher.ask();
  searcher.tell(proposals.map(answer));
  return proposals;
};

describe('a sequence of searchers', () => {
  const parts = [part(gradient, { passes: 1, samples: 2 }), part(ppo, { rounds: 2, samples: 4 })];

  test('counts the rounds and trials of all its parts', () => {
    const searcher = make(parts);
    expect([searcher.rounds, searcher.trials]).toEqual([4, 2 + 3 + 8]);
    const rounds = Array.from({ length: 4 }, () => round(searcher).length);
    expect(rounds).toEqual([2, 3, 4, 4]);
  });

  test('starts each part at what the one before recommends', () => {
    const searcher = make(parts);
    round(searcher);
    round(searcher);
    // PPO proposes its mean first.
    expect(searcher.ask()[0]?.theta[0]).toBeCloseTo(0.85, 6);
    expect(searcher.ask()[0]?.theta[1]).toBeCloseTo(0.15, 6);
  });

  test('or at the best that was tried, where it recommends nothing', () => {
    const searcher = make([part(random, { rounds: 2, samples: 5 }), part(ppo, { rounds: 1, samples: 2 })]);
    const tried = [...round(searcher), ...round(searcher)].map(answer);
    const best = tried.reduce((a, b) => (b.reward > a.reward ? b : a));
    for (const [axis, value] of best.theta.entries()) expect(searcher.ask()[0]?.theta[axis]).toBeCloseTo(value, 5);
  });

  test('gives equal parts streams of their own', () => {
    const twice = [part(random, { rounds: 1, samples: 3 }), part(random, { rounds: 1, samples: 3 })];
    const searcher = make(twice);
    const [first, second] = [round(searcher), round(searcher)];
    expect(second[1]?.theta).not.toEqual(first[1]?.theta);
  });

  test.each([0, 1, 2, 3])('is stored and restored after round %d, across a change of parts', (after) => {
    const [original, restored] = [make(parts), make(parts, 9)];
    for (let index = 0; index < after; index++) round(original);
    restored.restore(JSON.parse(JSON.stringify(original.snapshot())) as Json);
    for (let index = after; index < 4; index++) {
      expect(round(restored)).toEqual(round(original));
    }
    expect(restored.recommend()).toEqual(original.recommend());
  });
});
