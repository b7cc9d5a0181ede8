import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SearchEvent, TrainingEvent } from '@auto-seg-loss/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTensorBoard } from '../src/index.ts';

let root: string;
const at = (...names: readonly string[]): string => join(root, ...names);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'asl-tensorboard-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const started = { type: 'trainings-started', scoredOn: 'val' } as unknown as TrainingEvent;

/** One trial of a search in a run folder. */
function search(runFolder: string, logs = at('logs')): void {
  mkdirSync(runFolder, { recursive: true });
  const listener = openTensorBoard(logs).search((reason) => {
    throw new Error(reason);
  });
  listener.handle({ type: 'run-opened', folder: runFolder, coordinates: [] } as unknown as SearchEvent);
  const outcome = { status: 'failed', error: 'no' };
  const earlier = [{ number: 0, round: 0, theta: [], outcome, copyOf: null, ms: 1 }];
  listener.handle({ type: 'study-started', rounds: 1, earlier } as unknown as SearchEvent);
  listener.close();
}

describe('openTensorBoard', () => {
  test('two runs get folders of their own; each finds its own again', () => {
    search(at('a', 'miou-1'));
    search(at('a', 'miou-2'));
    search(at('a', 'miou-1'));
    expect(readdirSync(at('logs')).sort()).toEqual(['miou-1', 'miou-2']);
  });

  test('what is kept nowhere gets a number', () => {
    for (const name of ['compare', 'compare', 'train'])
      openTensorBoard(at('logs'))
        .trainings(name, undefined, () => {})
        .handle(started);
    expect(readdirSync(at('logs')).sort()).toEqual(['compare-1', 'compare-2', 'train-1']);
  });

  test('the folder of another run of that name is refused, and stays as it is', () => {
    search(at('a', 'miou-1'));
    const before = readdirSync(at('logs', 'miou-1'));
    expect(() => search(at('b', 'miou-1'))).toThrow(
      expect.objectContaining({
        code: 'ASL_ARGUMENT_INVALID',
        details: expect.objectContaining({
          where: at('logs', 'miou-1'),
          remedy: expect.stringContaining('--tensorboard'),
        }),
      }),
    );
    expect(readdirSync(at('logs', 'miou-1'))).toEqual(before);
  });

  test('so is one of another program', () => {
    mkdirSync(at('logs', 'miou-1'), { recursive: true });
    writeFileSync(at('logs', 'miou-1', 'events.out.tfevents.1795821093.host'), '');
    expect(() => search(at('a', 'miou-1'))).toThrow('another run');
  });

  test('a folder that is itself the folder of a run is refused', () => {
    search(at('a', 'miou-1'));
    expect(() => openTensorBoard(at('logs', 'miou-1'))).toThrow(
      expect.objectContaining({ code: 'ASL_ARGUMENT_INVALID' }),
    );
  });

  test('a run that was refused before anything was trained is in the way of none', () => {
    const listener = openTensorBoard(at('logs')).search(() => {});
    mkdirSync(at('a', 'miou-1'), { recursive: true });
    listener.handle({ type: 'run-opened', folder: at('a', 'miou-1'), coordinates: [] } as unknown as SearchEvent);
    rmSync(at('a'), { recursive: true });
    search(at('a', 'miou-1'));
    expect(existsSync(at('logs', 'miou-1', 'asl-run.json'))).toBe(true);
  });

  test('a place that cannot be written is refused before anything begins', ({ skip }) => {
    writeFileSync(at('file'), '');
    const refused = (folder: string, received: unknown) =>
      expect(() => openTensorBoard(folder)).toThrow(
        expect.objectContaining({
          code: 'ASL_ARGUMENT_INVALID',
          details: expect.objectContaining({
            where: `--tensorboard ${folder}`,
            expected: expect.stringMatching(/^a folder/),
            received,
            remedy: expect.stringContaining('--tensorboard'),
          }),
        }),
      );
    refused(at('file'), 'a file');
    // A file stands in the way of the folder above it.
    refused(at('file', 'below'), expect.any(String));
    if (process.getuid?.() === 0) return skip('root may write anywhere');
    mkdirSync(at('closed'));
    chmodSync(at('closed'), 0o555);
    refused(at('closed'), expect.any(String));
  });
});
