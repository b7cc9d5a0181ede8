import { join } from 'node:path';
import { trainingDefaults } from '@auto-seg-loss/config';
import type { TrainedNetwork, TrainingEvent } from '@auto-seg-loss/runtime';
import { describe, expect, test, vi } from 'vitest';
import { createTrainingProgress } from '../src/terminal/training-progress.ts';
import { recordedTerminal } from './recorded-terminal.ts';

function recorded(): { readonly lines: string[]; readonly progress: ReturnType<typeof createTrainingProgress> } {
  const { terminal, lines } = recordedTerminal();
  return { lines, progress: createTrainingProgress(terminal) };
}

const started = (change: object = {}): TrainingEvent => ({
  type: 'trainings-started',
  weights: [],
  scoredOn: 'val',
  trainings: 1,
  found: 0,
  kept: 0,
  again: 0,
  iterations: 1000,
  images: 0,
  workers: 1,
  engine: { engine: 'native', device: 'CPU', libraryVersion: '2.21.0', fallback: undefined },
  metrics: ['miou'],
  options: { ...trainingDefaults, iterations: 1000 },
  ...change,
});
const reached = (done: number, index = 0, scored = 0): TrainingEvent => ({
  type: 'training-progress',
  losses: undefined,
  index,
  done,
  iterations: 1000,
  scored,
});
const network = {
  loss: 'dice',
  seed: 1,
  learningRate: 0.1,
  ms: 65_000,
  status: 'failed',
  error: 'no',
  notFinite: false,
};

describe('progress of trainings as lines', () => {
  test('says how far it is and how long it takes, about every tenth', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const { lines, progress } = recorded();
      progress.handle(started());
      expect(lines).toEqual(['Engine: TensorFlow 2.21.0 (CPU), 1 worker', '1 network to train, 1000 iterations each']);
      for (let done = 10; done <= 1000; done += 10) {
        vi.advanceTimersByTime(1000);
        progress.handle(reached(done));
      }
      const rest = lines.slice(2);
      expect(rest.length).toBeGreaterThanOrEqual(8);
      expect(rest.length).toBeLessThanOrEqual(10);
      expect(rest[0]).toBe('10 %, iteration 100 of 1000, about 1 min 30 s left');
      expect(rest.at(4)).toBe('50 %, iteration 500 of 1000, about 50 s left');
      expect(rest.at(-1)).toBe('100 %, iteration 1000 of 1000, scoring: 0 of 0 images, a few seconds left');
    } finally {
      vi.useRealTimers();
    }
  });

  test('counts the images that a network is scored on, once one was: what they take is not known before', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const { lines, progress } = recorded();
      progress.handle(started({ iterations: 100, images: 100 }));
      for (let done = 1; done <= 100; done++) {
        vi.advanceTimersByTime(1000);
        progress.handle({ ...reached(done), iterations: 100 } as TrainingEvent);
      }
      const trained = lines.length;
      for (let scored = 1; scored <= 100; scored++) {
        vi.advanceTimersByTime(3000);
        progress.handle({ ...reached(100, 0, scored), iterations: 100 } as TrainingEvent);
      }
      expect(lines.slice(0, trained)).toContain('20 %, iteration 40 of 100, about 1 min 0 s left without scoring');
      expect(lines.slice(trained)).toContain(
        '60 %, iteration 100 of 100, scoring: 20 of 100 images, about 4 min 0 s left',
      );
      expect(lines.length).toBeLessThan(20);
    } finally {
      vi.useRealTimers();
    }
  });

  test('what was trained before needs no engine', () => {
    const { lines, progress } = recorded();
    progress.handle(started({ found: 1 }));
    expect(lines).toEqual(['1 network, trained before']);
  });

  test('what was trained before and has yet to be decoded otherwise is said, and scores stand side by side', () => {
    const { lines, progress } = recorded();
    progress.handle(started({ trainings: 2, kept: 2, engine: { engine: 'native', device: 'CPU' } }));
    expect(lines.slice(1)).toEqual([
      '2 networks, none to train',
      '2 networks trained before: scored with another decoder, and not trained',
    ]);
    progress.handle(started({ trainings: 4, found: 1, kept: 1, again: 1 }));
    expect(lines.slice(-3)).toEqual([
      '4 networks to train, 1000 iterations each, 2 of them done before',
      '1 network trained before: scored with another decoder, and not trained',
      '1 network trained before, and not kept: trained again',
    ]);
    const scored = { ...network, status: 'complete', metrics: { miou: { value: 0.417 } } } as unknown as TrainedNetwork;
    const other = { ...scored, decoder: 'rank', metrics: { miou: { value: 0.4231 } } } as unknown as TrainedNetwork;
    progress.handle({ type: 'training-finished', index: 1, network: scored, others: [other] });
    expect(lines.at(-1)).toBe('2/4 dice, seed 1: miou 41.70 %, rank 42.31 % (1 min 5 s)');
  });

  test('a file that is not what its name says is named', () => {
    const { lines, progress } = recorded();
    progress.handle({ type: 'result-discarded', path: join(process.cwd(), 'out', 'a.json'), reason: 'damaged' });
    progress.handle({ type: 'result-discarded', path: join(process.cwd(), 'out', 'b.json'), reason: 'exchanged' });
    expect(lines).toEqual([
      `${join('out', 'a.json')} is damaged: it does not count`,
      `${join('out', 'b.json')} holds the result of another training than its name says: it does not count`,
    ]);
  });

  test('knows what is kept where it is stopped', () => {
    const { lines, progress } = recorded();
    expect(progress.kept()).toBe('');
    progress.handle(started({ trainings: 4, found: 1 }));
    expect(progress.kept()).toBe('1 network done');
    progress.handle({ type: 'training-finished', index: 1, network: network as TrainedNetwork });
    progress.handle(reached(130, 2));
    progress.handle({ type: 'training-paused', index: 2, done: 140, iterations: 1000 });
    expect(lines.at(-1)).toBe('2/4 dice, seed 1 failed: no');
    expect(progress.kept()).toBe('2 networks done, 1 under way (iteration 140 of 1000)');
  });
});
