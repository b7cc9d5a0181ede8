import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainedNetwork, TrainingEvent } from '@auto-seg-loss/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Board } from '../src/board.ts';
import { TrainingLog } from '../src/training-log.ts';
import { contentsOf, stepsIn } from './steps-in.ts';

const LOSSES = [4, 3, 2, 1];
const options = { learningRate: 0.1, iterations: 4, warmUp: 0, power: 0.9 };

const started = { type: 'trainings-started', scoredOn: 'val', options } as unknown as TrainingEvent;
const begun: TrainingEvent = {
  type: 'training-started',
  index: 0,
  key: 'k',
  loss: 'runs/a b/loss.json',
  seed: 1,
  learningRate: 0.1,
};
const network = {
  status: 'complete',
  loss: 'runs/a b/loss.json',
  seed: 1,
  learningRate: 0.1,
  ms: 10,
  metrics: { miou: { value: 0.5, perClass: [0.25, null] } },
  coverage: { classes: [{ name: 'sky' }, { name: 'road' }] },
  losses: LOSSES,
} as unknown as TrainedNetwork;
const scored: TrainingEvent = {
  type: 'training-scored',
  index: 0,
  network,
  examples: [{ id: 'x', png: 'AAAA', height: 2, width: 3 }],
};
const found: TrainingEvent = { type: 'training-found', index: 0, key: 'k', network };

function progress(first: number, count: number): TrainingEvent {
  const losses = { first, values: LOSSES.slice(first, first + count) };
  return { type: 'training-progress', index: 0, done: first + count, iterations: 4, scored: 0, losses };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asl-training-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function live(events: readonly TrainingEvent[], root = folder): void {
  const board = new Board(root, (reason) => {
    throw new Error(reason);
  });
  const log = new TrainingLog(board);
  for (const event of events) log.handle(event);
  board.closeAll();
}

const trainingFolder = (): string => {
  const [name = ''] = readdirSync(folder).filter((each) => each.startsWith('runs-a-b-loss.json-seed-1-'));
  return join(folder, name);
};

describe('the log of trainings', () => {
  test('a network under several decoders: metrics and a row for each, by its name', () => {
    const other = { ...network, decoder: 'rank (for dice)' } as TrainedNetwork;
    live([started, begun, { ...scored, others: [other] } as TrainingEvent]);
    expect(stepsIn(trainingFolder())).toMatchObject({
      'val/miou': [4],
      'val_miou/sky': [4],
      'val + rank (for dice)/miou': [4],
      'val_miou + rank (for dice)/sky': [4],
    });
    const rows = readdirSync(join(folder, 'hparams')).sort();
    expect(rows.map((row) => row.replace(/^.*-seed-1-[0-9a-f]{8}/, ''))).toEqual(['', '-rank-for-dice-']);
    expect(stepsIn(join(folder, 'hparams', rows[1] ?? ''))).toMatchObject({ 'network/miou': [0] });
  });

  test('losses by iteration; metrics, by class too, and pictures at the end; a row for the HParams page', () => {
    live([started, begun, progress(0, 2), progress(2, 2), scored]);
    expect(stepsIn(trainingFolder())).toEqual({
      'training/loss': [1, 2, 3, 4],
      'training/learning_rate': [1, 2, 3, 4],
      'val/miou': [4],
      'val_miou/sky': [4],
      'image, label, prediction/x': [4],
    });
    const [row = ''] = readdirSync(join(folder, 'hparams'));
    expect(stepsIn(join(folder, 'hparams', row))).toEqual({
      '_hparams_/session_start_info': [0],
      '_hparams_/session_end_info': [0],
      'network/miou': [0],
    });
  });

  test.each([
    [
      'killed after a state was left',
      [
        [started, begun, progress(0, 3)],
        [started, begun, progress(2, 2), scored],
      ],
    ],
    [
      'killed before what was told of was written',
      [
        [started, begun, progress(0, 1)],
        [started, begun, progress(2, 2), scored],
      ],
    ],
    ['begun anew, as its worker died', [[started, begun, progress(0, 3), progress(0, 4), scored]]],
    [
      'killed before it was scored',
      [
        [started, begun, progress(0, 4)],
        [started, begun, scored],
      ],
    ],
    [
      'killed after it was scored, before it was kept',
      [
        [started, begun, progress(0, 4), scored],
        [started, begun, progress(0, 4), scored],
      ],
    ],
    [
      'asked for again',
      [
        [started, begun, progress(0, 4), scored],
        [started, found],
      ],
    ],
  ] as const)('%s, it ends with the same', (_, lives) => {
    for (const events of lives) live(events);
    const disturbed = contentsOf(folder).join('\n');
    rmSync(folder, { recursive: true });
    live([started, begun, progress(0, 4), scored]);
    const withoutFolders = (text: string): string => text.replaceAll(/^[^ ]+ /gm, '');
    expect(withoutFolders(disturbed)).toBe(withoutFolders(contentsOf(folder).join('\n')));
  });

  test('where nothing can be written any more, that is told of once', () => {
    const reasons: string[] = [];
    writeFileSync(join(folder, 'file'), '');
    const board = new Board(join(folder, 'file'), (reason) => reasons.push(reason));
    const log = new TrainingLog(board);
    for (const event of [started, begun, progress(0, 2), progress(2, 2), scored]) log.handle(event);
    board.closeAll();
    expect(reasons).toHaveLength(1);
  });
});
