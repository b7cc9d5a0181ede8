import { type Proposal, Random, type SearchSpace, type TrialResult } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { GradientSearcher } from '../src/gradient-searcher.ts';

const space: SearchSpace = { dimensions: 3, start: [0.2, 0.5, 0.8] };
const options = { passes: 2, samples: 2, every: 3, learningRate: 0.2, spread: 0.1 };
const make = (seed = 1) => new GradientSearcher(options, space, Random.fromSeed(seed));

const descended = ({ theta }: Proposal, end: readonly number[]): TrialResult => {
  return { theta, status: 'complete', reward: 0.5, descended: end };
};
const scored = ({ theta }: Proposal, reward: number): TrialResult => ({ theta, status: 'complete', reward });

describe('a gradient search', () => {
  test('descends from the start and around it, tries the ends and the start, and goes on from the best', () => {
    const searcher = make();
    const [first, second] = searcher.ask() as [Proposal, Proposal];
    expect(first).toEqual({ theta: space.start, descent: { every: 3, learningRate: 0.2 } });
    expect(second.theta).not.toEqual(space.start);
    const ends = [
      [0.1, 0.1, 0.1],
      [0.9, 0.9, 0.9],
    ] as const;
    searcher.tell([descended(first, ends[0]), descended(second, ends[1])]);
    expect(searcher.recommend()).toEqual({ theta: ends[0] });
    const tried = searcher.ask();
    expect(tried).toEqual([{ theta: ends[0] }, { theta: ends[1] }, { theta: space.start }]);
    expect(searcher.samples).toBe(3);
    searcher.tell(tried.map((one, index) => scored(one, [0.3, 0.6, 0.4][index] as number)));
    expect(searcher.recommend()).toEqual({ theta: ends[1] });
    const [again, beside] = searcher.ask();
    expect(again).toEqual({ theta: ends[1], descent: { every: 3, learningRate: 0.2 } });
    expect(beside?.theta).not.toEqual(ends[1]);
    expect(searcher.samples).toBe(2);
  });

  test('the reward of a descent itself counts for nothing, nor does a worse pass later', () => {
    const searcher = make();
    searcher.tell(searcher.ask().map((one) => ({ ...descended(one, [0.5, 0.5, 0.5]), reward: 1 })));
    searcher.tell(searcher.ask().map((one, index) => scored(one, index === 2 ? 0.3 : 0.2)));
    expect(searcher.recommend()).toEqual({ theta: space.start });
    searcher.tell(searcher.ask().map((one) => descended(one, [0.6, 0.6, 0.6])));
    searcher.tell(searcher.ask().map((one) => scored(one, 0.1)));
    expect(searcher.recommend()).toEqual({ theta: space.start });
  });

  test('a descent that failed is tried where it began', () => {
    const searcher = make();
    const [first, second] = searcher.ask() as [Proposal, Proposal];
    searcher.tell([{ theta: first.theta, status: 'failed', reward: 0 }, descended(second, [0, 0, 0])]);
    expect(searcher.ask().map(({ theta }) => theta)).toEqual([space.start, [0, 0, 0], space.start]);
  });

  test('with a prior descends from where it leads, and tries that and the start beside the ends', () => {
    const led = [0.8, 0.1, 0.4];
    const prior = [{ name: 'published:miou', trials: [{ theta: led, reward: null }] }];
    const searcher = new GradientSearcher(options, { ...space, prior }, Random.fromSeed(1));
    expect(searcher.ask()[0]?.theta).toEqual(led);
    searcher.tell(searcher.ask().map((one) => descended(one, [0.1, 0.1, 0.1])));
    const tried = searcher.ask();
    expect(tried.slice(2)).toEqual([{ theta: led }, { theta: space.start }]);
    searcher.tell(tried.map((one, index) => scored(one, index / 10)));
    expect(searcher.recommend()).toEqual({ theta: space.start });
    let trials = 6;
    for (let round = 2; round < searcher.rounds; round++) {
      const asked = searcher.ask();
      trials += asked.length;
      searcher.tell(asked.map((one) => (one.descent === undefined ? scored(one, 0) : descended(one, one.theta))));
    }
    expect(trials).toBe(searcher.trials);
  });
});
