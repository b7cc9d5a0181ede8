import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isAslError, type Json } from '@auto-seg-loss/kernel';
import { type StudyContents, TrialStore } from '@auto-seg-loss/study';
import { type Ended, FaultySearch } from './searches.ts';

/** Times and process numbers stand in them; and the store is compared by what it holds. */
const DIFFERING = new Set(['study.sqlite', 'study.lock', 'workers.log']);

/** What a search comes to that nothing befalls. */
export interface Undisturbed {
  readonly workers: number;
  /** What its config has that others have not. */
  readonly config: object;
  readonly contents: StudyContents;
  /** All files of the run folder but those that differ from run to run, by name. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** What is passed on the way, by how often. */
  readonly points: ReadonlyMap<string, number>;
  readonly ms: number;
}

/** @param config what it has beside, or in place of, the fields that all have: another searcher, say. */
export async function runUndisturbed(workers: number, config: object = {}): Promise<Undisturbed> {
  const search = new FaultySearch(workers, config);
  const started = performance.now();
  try {
    const ended = await search.start([], { record: true }).ended;
    if (ended.code !== 0) throw failure('the undisturbed search', ended);
    const ms = performance.now() - started;
    const contents = storeOf(search);
    if (contents === undefined) throw new Error('the undisturbed search left no store');
    return { workers, config, contents, files: filesOf(search), points: search.points(), ms };
  } finally {
    search.remove();
  }
}

export function failure(what: string, { code, signal, stderr }: Ended): Error {
  return new Error(`${what} ended with ${signal ?? `exit code ${code}`}:\n${stderr}`);
}

/** How much of a search is done. */
export interface Kept {
  readonly finished: number;
  readonly rungs: number;
}

/**
 * Looks at a run folder whose search was killed.
 * @param before what it held when it was last looked at. @returns undefined where no run was begun yet.
 * @throws AssertionError where something is lost, or is not as the undisturbed search has it.
 */
export function checkKept(search: FaultySearch, undisturbed: Undisturbed, before: Kept | undefined): Kept | undefined {
  const found = storeOf(search);
  if (found === undefined) {
    assert.equal(before, undefined, 'the run is lost');
    return undefined;
  }
  const { contents } = undisturbed;
  assert.deepEqual(found.config, contents.config);
  assert.deepEqual(found.environment, contents.environment);
  for (const trial of found.trials) {
    const whole = contents.trials[trial.number];
    assert.deepEqual(trial, trial.outcome === null ? { ...whole, outcome: null } : whole);
  }
  const has = (all: readonly object[], one: object): boolean => all.some((each) => isEqual(each, one));
  for (const rung of found.rungs) assert(has(contents.rungs, rung), `a rung that is another: ${JSON.stringify(rung)}`);
  assert.deepEqual(found.snapshots, contents.snapshots.slice(0, found.snapshots.length));
  const kept = { finished: found.trials.filter(({ outcome }) => outcome !== null).length, rungs: found.rungs.length };
  assert(kept.finished >= (before?.finished ?? 0) && kept.rungs >= (before?.rungs ?? 0), 'finished trials are lost');
  return kept;
}

/** @throws AssertionError where a search that has ended left anything else than the undisturbed one did. */
export function checkEnd(search: FaultySearch, { contents, files }: Undisturbed): void {
  assert.deepEqual(storeOf(search), contents);
  const own = filesOf(search);
  assert.deepEqual([...own.keys()], [...files.keys()], 'files that are missing or left over');
  for (const [name, bytes] of files) assert(own.get(name)?.equals(bytes), `${name} differs`);
}

/** Reads a copy, so that what a killed process left half done is found so by the process that goes on. */
function storeOf({ project, runFolder }: FaultySearch): StudyContents | undefined {
  const copy = mkdtempSync(join(project, 'copy-'));
  try {
    for (const name of ['study.sqlite', 'study.sqlite-journal'])
      if (existsSync(join(runFolder, name))) copyFileSync(join(runFolder, name), join(copy, name));
    const store = TrialStore.read(copy);
    try {
      return withoutOwn(store.contents());
    } finally {
      store.close();
    }
  } catch (error) {
    if (isAslError(error) && error.code === 'ASL_RUN_FOLDER') return undefined;
    throw error;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Without what no result depends on: the id that each run has of its own, and who runs its trials. */
function withoutOwn(contents: StudyContents): StudyContents {
  const { id: _, config, ...stored } = contents.config as unknown as { readonly id: string; readonly config: object };
  return { ...contents, config: { ...stored, config: withoutExecutor(config) } as unknown as Json };
}

function withoutExecutor(config: object): object {
  return { ...config, executor: null };
}

function filesOf({ runFolder }: FaultySearch): ReadonlyMap<string, Buffer> {
  const names = readdirSync(runFolder, { recursive: true, encoding: 'utf8' }).filter((name) => !DIFFERING.has(name));
  return new Map(
    names
      .sort()
      .map((name) => [
        name,
        statSync(join(runFolder, name)).isDirectory() ? Buffer.of() : contentOf(join(runFolder, name)),
      ]),
  );
}

function contentOf(path: string): Buffer {
  const bytes = readFileSync(path);
  if (basename(path) !== 'config.json') return bytes;
  return Buffer.from(JSON.stringify(withoutExecutor(JSON.parse(bytes.toString('utf8')) as object)));
}

function isEqual(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
