import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@auto-seg-loss/config';
import { measureCandidates, resumeSearch, type SearchEvent, search } from '@auto-seg-loss/runtime';
import { TrialStore } from '@auto-seg-loss/study';
import { describe, expect, test } from 'vitest';
import { writeFile } from '../src/run-folder/write-file.ts';
import { loaded } from './in-process.ts';
import { madeUp, UNTRAINED } from './made-up-rewards.ts';
import { failure } from './project.ts';
import { CONFIG } from './search-of-seconds.ts';

const makeExecutor = madeUp();
const RANDOM = { use: 'random', rounds: 2, samples: 3 };
const CMA = { use: 'cma-es', rounds: 3, samples: 3, preselection: 4 };

/** A project in which a search has been made, in runs/other. */
async function withOther(change: object = {}): Promise<{ readonly cwd: string; readonly other: string }> {
  const config = await loaded({ ...UNTRAINED, searcher: RANDOM, metric: { use: 'biou', tolerance: 1 }, ...change });
  const other = join(config.baseDir, 'runs/other');
  await search(config, { out: other, makeExecutor });
  return { cwd: config.baseDir, other };
}

/** A config of the same project, with priors. */
async function following(cwd: string, prior: readonly string[], change: object = {}) {
  const config = { ...CONFIG, ...UNTRAINED, searcher: CMA, prior, ...change };
  await writeFile(join(cwd, 'asl.config.json'), JSON.stringify(config));
  return loadConfig({ cwd });
}

const filesOf = (folder: string): Promise<readonly string[]> =>
  Promise.all(['loss.json', 'config.json'].map((file) => readFile(join(folder, file), 'utf8')));

function metaOf(folder: string): { readonly prior?: readonly { readonly trials: readonly unknown[] }[] } {
  const store = TrialStore.read(folder);
  try {
    return store.meta.config as never;
  } finally {
    store.close();
  }
}

describe('a search with priors', () => {
  test('says what it took of which, and its loss says so too', async () => {
    const { cwd } = await withOther();
    const notes: string[] = [];
    const onEvent = (event: SearchEvent): void => {
      if (event.type === 'prior-taken') notes.push(...event.notes);
    };
    const prior = ['runs/other', 'runs/other/loss.json', 'published:miou'];
    const { folder, found } = await search(await following(cwd, prior, { surrogate: { use: 'bezier', pieces: 2 } }), {
      makeExecutor,
      onEvent,
    });
    expect(notes).toEqual([
      // The best is tried again: in rounds of its own, as the same loss.
      'Prior runs/other: 6 losses that were tried for biou on scenes',
      'Prior runs/other/loss.json: a loss for biou on scenes, whose reward is not comparable',
      'Prior published:miou: a loss for miou, whose reward is not comparable',
      expect.stringMatching(/^Priors: cma-es starts at the point that they think most of, and /),
    ]);
    expect(found?.loss.found?.prior).toEqual([
      { name: 'runs/other', trials: 6, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { name: 'runs/other/loss.json', trials: 1, sha256: expect.any(String) },
      { name: 'published:miou', trials: 1, sha256: expect.any(String) },
    ]);
    expect(metaOf(folder).prior?.map(({ trials }) => trials.length)).toEqual([6, 1, 1]);
  });

  test('random search says that it ignores them', async () => {
    const { cwd } = await withOther();
    const notes: string[] = [];
    const run = async (prior: readonly string[], out: string) =>
      search(await following(cwd, prior, { searcher: RANDOM }), {
        out: join(cwd, out),
        makeExecutor,
        onEvent: (event) => event.type === 'prior-taken' && notes.push(...event.notes),
      });
    const [ignoring, without] = [await run(['runs/other'], 'a'), await run([], 'b')];
    expect(notes.at(-1)).toBe('Priors: random ignores them');
    expect(ignoring.trials.map(({ theta }) => theta)).toEqual(without.trials.map(({ theta }) => theta));
  });

  test('leaves out what it cannot draw, and says how much that is', async () => {
    const { cwd } = await withOther({ constraints: ['truth-table'] });
    const notes: string[] = [];
    await search(await following(cwd, ['runs/other']), {
      makeExecutor,
      onEvent: (event) => event.type === 'prior-taken' && notes.push(...event.notes),
    });
    // The straight lines are among those that were tried.
    expect(notes[0]).toMatch(
      /^Prior runs\/other: [1-5] loss.* tried for biou on scenes; [1-5] left out, whose curves /,
    );
  });

  test('with a wider space takes curves into it, and of a wider one what it holds', async () => {
    const { cwd } = await withOther();
    const wide = { mix: ['cross-entropy'], temperature: [0.25, 4], absent: 'search' };
    const notes: string[] = [];
    const run = async (prior: readonly string[], out: string, change: object) =>
      search(await following(cwd, prior, change), {
        out: join(cwd, out),
        makeExecutor,
        onEvent: (event) => event.type === 'prior-taken' && notes.push(event.notes[0] as string),
      });
    const { trials } = await run(['runs/other'], 'runs/wide', { ...wide, searcher: RANDOM });
    expect(notes.pop()).toBe('Prior runs/other: 6 losses that were tried for biou on scenes');
    expect(trials[0]?.theta.length).toBe(15);
    // The hand-made loss was tried beside the finalists.
    await run(['runs/wide'], 'runs/wider', wide);
    expect(notes.pop()).toBe('Prior runs/wide: 7 losses that were tried for miou on scenes');
    const error = await failure(run(['runs/wide'], 'runs/narrow', {}));
    expect(error.code, error.format()).toBe('ASL_LOSS_MISMATCH');
    expect(error.format()).toContain('surrogate, constraints and mix');
  });

  test('that is resumed goes on with what it took, byte for byte, whatever became of the other', async () => {
    const { cwd, other } = await withOther();
    const config = await following(cwd, ['runs/other']);
    const whole = await search(config, { out: join(cwd, 'whole'), makeExecutor });
    const stop = new AbortController();
    const stopping = madeUp(undefined, ({ number }) => {
      if (number === 4) stop.abort(new Error('stopped'));
    });
    const half = join(cwd, 'half');
    const { status } = await search(config, { out: half, makeExecutor: stopping, signal: stop.signal });
    expect(status).toBe('interrupted');
    await resumeSearch(other, { makeExecutor, set: ['searcher.rounds=4'] });
    expect((await resumeSearch(half, { makeExecutor, set: ['searcher.rounds=4'] })).status).toBe('complete');
    await rm(other, { recursive: true });
    const longer = await resumeSearch(whole.folder, { makeExecutor, set: ['searcher.rounds=4'] });
    expect(await filesOf(half)).toEqual(await filesOf(longer.folder));
  });
});

test('what is measured of candidates does not depend on priors, which are then not even read', async () => {
  const { cwd } = await withOther();
  const candidates = [new Array<number>(12).fill(0.4)];
  const measured = async (prior: readonly string[]) =>
    measureCandidates(await following(cwd, prior), {
      folder: join(cwd, 'measured'),
      candidates,
      repeats: 1,
      makeExecutor,
    });
  const first = await measured([]);
  expect(metaOf(join(cwd, 'measured'))).not.toHaveProperty('config.prior');
  expect(await measured(['runs/nowhere'])).toEqual(first);
});

describe('a prior that does not fit is refused', () => {
  test.each([
    ['of another formula', { metric: 'gacc' }, 'ASL_LOSS_MISMATCH', /"formula": the metric it relaxes, gacc/],
    [
      'whose curves cannot be drawn',
      { surrogate: { use: 'bezier', pieces: 1 } },
      'ASL_LOSS_MISMATCH',
      /curves of 5 control points, as bezier draws them under the constraints: truth-table, monotonicity\n.*curves of 3 control points of bezier/,
    ],
  ])('%s', async (_what, change, code, text) => {
    const { cwd } = await withOther(change);
    const error = await failure(search(await following(cwd, ['runs/other']), { makeExecutor }));
    expect(error.code, error.format()).toBe(code);
    expect(error.format()).toMatch(text);
    expect(error.details.where).toMatch(/^prior\[0\], "runs\/other"/);
  });

  test.each([
    ['that is not there', 'runs/nowhere', 'ASL_RUN_FOLDER', 'nothing of that name'],
    ['that is a folder of something else', '.', 'ASL_RUN_FOLDER', 'a folder or file without them'],
    ['that is a loss by hand', 'mine.json', 'ASL_LOSS_INVALID', 'mine.json'],
    ['that was never published', 'published:mine', 'ASL_LOSS_INVALID', 'published:miou'],
  ])('%s', async (_what, prior, code, text) => {
    const config = await loaded({ ...UNTRAINED, searcher: CMA, prior: ['published:miou', prior] });
    const error = await failure(search(config, { makeExecutor }));
    expect(error.code, error.format()).toBe(code);
    expect(error.format()).toContain(text);
    expect(error.details.where).toMatch(/^prior\[1\], "/);
  });

  test('before any of its trials was scored', async () => {
    const config = await loaded({ ...UNTRAINED, searcher: RANDOM });
    const other = join(config.baseDir, 'runs/other');
    const failing = madeUp(() => Number.NaN);
    await failure(search(config, { out: other, makeExecutor: failing }));
    const error = await failure(search(await following(config.baseDir, ['runs/other']), { makeExecutor }));
    expect(error.code, error.format()).toBe('ASL_RUN_FOLDER');
    expect(error.format()).toContain('none of its trials came to its end');
  });
});
