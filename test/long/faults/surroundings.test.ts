import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkEnd,
  checkKept,
  type Ended,
  type Fault,
  FaultySearch,
  runUndisturbed,
  type Undisturbed,
} from '@auto-seg-loss/bench/faults';
import type { Json } from '@auto-seg-loss/kernel';
import { TrialStore } from '@auto-seg-loss/study';
import { beforeAll, expect, onTestFinished, test } from 'vitest';

// What may befall a search besides being killed.

let undisturbed: Undisturbed;
beforeAll(async () => {
  undisturbed = await runUndisturbed(1);
});

function searching(config: object = {}): FaultySearch {
  const search = new FaultySearch(1, config);
  onTestFinished(() => search.remove());
  return search;
}

const fault = (point: string, befalls: Fault['befalls'], skip = 0): Fault => ({ point, befalls, skip });

/** One error for people, with its exit code. */
function expectError({ code, stderr }: Ended, exit: number, error: string): void {
  expect(stderr).toMatch(new RegExp(`^${error}: `, 'm'));
  expect(stderr).not.toMatch(/^ +at /m);
  expect(code).toBe(exit);
}

/** Goes on until the end, which must be that of the undisturbed search. */
async function expectSameEnd(search: FaultySearch, args: readonly string[] = []): Promise<Ended> {
  const ended = await search.resume(args).ended;
  expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('Going on with the run: run')]);
  checkEnd(search, undisturbed);
  return ended;
}

function pausedStates({ runFolder }: FaultySearch): readonly string[] {
  const paused = join(runFolder, 'paused');
  return existsSync(paused) ? readdirSync(paused).map((name) => join(paused, name)) : [];
}

/** Other weights and velocities, in a file that is otherwise sound. */
function overwriteValues(path: string): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0x3f, Number(bytes.readBigUInt64LE()) + 8));
}

function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

test('no room on the disk: each time it says so, and what was done before is kept', async () => {
  const search = searching();
  const faults = [
    'config.json: half written',
    'warm-start.safetensors: half written',
    'reference.json: before it is opened',
    'INSERT INTO trials: begun',
    'paused/<key>.safetensors: half written',
    'INSERT INTO rungs: begun',
    'UPDATE trials: begun',
    'loss.json: half written',
  ].map((point) => fault(point, 'no-space'));
  let kept: ReturnType<typeof checkKept>;
  let ended = await search.start([], { faults }).ended;
  let times = 0;
  for (; ended.code !== 0; ended = await search.resume([], { faults }).ended) {
    times += 1;
    expectError(ended, 3, 'ASL_RUN_FOLDER');
    expect(ended.stderr).toMatch(/no space left on device|disk is full/);
    kept = checkKept(search, undisturbed, kept);
    // Nothing half-written is left to take room.
    expect(readdirSync(search.runFolder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  }
  // A change that needs no further page of the store's file goes through.
  expect(times).toBeGreaterThanOrEqual(faults.length - 2);
  checkEnd(search, undisturbed);
});

test('a folder that can only be read: it says so, and goes on when it can be written again', async ({ skip }) => {
  const search = searching();
  const faults = [fault('INSERT INTO rungs: after COMMIT', 'kill-group')];
  expect((await search.start([], { faults }).ended).signal).toBe('SIGKILL');
  const isRoot = process.getuid?.() === 0;
  if (process.platform === 'win32') return skip('folders have no permissions there');
  chmodSync(search.runFolder, 0o555);
  // Root may write anywhere: the search is run by somebody else.
  chmodSync(search.project, 0o755);
  const ended = await search.resume([], {}, isRoot ? { uid: 65_534, gid: 65_534 } : {}).ended;
  chmodSync(search.runFolder, 0o755);
  if (isRoot && /EACCES.*(packages|node_modules)/.test(ended.stderr)) return skip('nobody cannot read the repository');
  expectError(ended, 3, 'ASL_RUN_FOLDER');
  expect(ended.stderr).toContain(search.runFolder);
  checkKept(search, undisturbed, undefined);
  await expectSameEnd(search);
});

test('a second process on the same folder is refused, and names the first, which is not disturbed', async () => {
  const search = searching();
  const { child, ended } = search.start();
  child.stderr?.setEncoding('utf8');
  for (let text = ''; !text.includes('trials in 2 rounds'); ) text += (await once(child.stderr as never, 'data'))[0];
  for (const second of [search.resume(), search.start()]) {
    const refused = await second.ended;
    expectError(refused, 3, 'ASL_RUN_FOLDER');
    expect(refused.stderr).toContain(`process ${child.pid} on `);
  }
  expect((await ended).code).toBe(0);
  checkEnd(search, undisturbed);
});

test('the time of day may jump', async () => {
  const search = searching();
  const ended = await search.start([], { clockJumps: true }).ended;
  expect([ended.code, ended.stderr]).toEqual([0, expect.stringMatching(/Searched in \d+ s/)]);
  checkEnd(search, undisturbed);
});

test('killed alone, it can be gone on with at once, while its workers still end', async () => {
  const search = searching();
  const faults = ['warm-start.safetensors: before rename', 'paused/<key>.safetensors: half written'].map((point) =>
    fault(point, 'kill-search'),
  );
  expect((await search.start([], { faults }).ended).signal).toBe('SIGKILL');
  expect((await search.resume([], { faults }).ended).signal).toBe('SIGKILL');
  await expectSameEnd(search);
});

test('a damaged state of a paused training: the one before it is taken, or the training is done again', async () => {
  for (const damage of ['newest', 'both'] as const) {
    const search = searching();
    // Two states are there once a trial has come to its second rung.
    const faults = [fault('INSERT INTO rungs: after COMMIT', 'kill-group', 5)];
    expect((await search.start([], { faults }).ended).signal).toBe('SIGKILL');
    const states = pausedStates(search);
    const previous = states.filter((path) => path.endsWith('.previous'));
    expect(previous).toHaveLength(2);
    for (const path of states) if (damage === 'both' || !path.endsWith('.previous')) overwriteValues(path);
    await expectSameEnd(search);
  }
});

test('a store with one digit changed is refused, and left as it is', async () => {
  const search = searching();
  const faults = [fault('UPDATE trials: after COMMIT', 'kill-group')];
  expect((await search.start([], { faults }).ended).signal).toBe('SIGKILL');
  const file = join(search.runFolder, 'study.sqlite');
  const whole = readFileSync(file);
  // Within JSON text: SQLite's own checks see nothing.
  flipByte(file, whole.indexOf('"perClass"') + 14);
  const damaged = readFileSync(file);
  for (const args of [[], ['--accept-change']]) expectError(await search.resume(args).ended, 4, 'ASL_STATE_CORRUPT');
  expect(readFileSync(file).equals(damaged)).toBe(true);
  writeFileSync(file, whole);
  await expectSameEnd(search);
});

test('a trial that kills each worker is recorded as failed, and the search goes on', async () => {
  const search = searching();
  const ended = await search.start([], { deadly: [2] }).ended;
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain('trial 3 begins anew: the worker process ended with signal SIGKILL');
  expect(ended.stderr).toContain('trial 3 failed: the worker process ended with signal SIGKILL, 2 times');
  const store = TrialStore.read(search.runFolder);
  const statuses = store.trials().map(({ outcome }) => outcome?.status);
  store.close();
  expect(statuses.filter((status) => status === 'failed')).toHaveLength(1);
  expect(statuses[2]).toBe('failed');
});

test('a changed environment is named, and gone on with only if that is accepted', async () => {
  const search = searching();
  const faults = [fault('INSERT INTO rungs: after COMMIT', 'kill-group', 1)];
  expect((await search.start([], { faults }).ended).signal).toBe('SIGKILL');
  // As if it had been begun with other versions, threads and data.
  const before = TrialStore.read(search.runFolder);
  const { config } = before.meta;
  const environment = before.meta.environment as Readonly<Record<string, Json>>;
  before.close();
  const other = new FaultySearch(1);
  onTestFinished(() => other.remove());
  mkdirSync(other.runFolder);
  const changed: Json = {
    ...environment,
    libraryVersion: '4.0.0',
    threads: 2,
    data: 'other',
    plugins: { ...(environment.plugins as object), 'metric miou': '0.0.9' },
  };
  TrialStore.create(other.runFolder, { config, environment: changed }).close();

  const refused = await other.resume().ended;
  expectError(refused, 3, 'ASL_RUN_CHANGED');
  for (const named of ['libraryVersion', 'threads', 'data', 'plugins: metric miou', '"0.0.9"', '--accept-change'])
    expect(refused.stderr).toContain(named);
  const accepted = await other.resume(['--accept-change']).ended;
  expect(accepted.code).toBe(0);
  for (const named of ['libraryVersion', 'threads', 'data', 'plugins: metric miou'])
    expect(accepted.stderr).toMatch(new RegExp(`Changed, as you accepted: ${named}, `));
  // It is told of in the product, and asked for once.
  const store = TrialStore.read(other.runFolder);
  expect(store.accepted()).toEqual([{ finished: 0, before: changed }]);
  store.close();
  expect(JSON.parse(readFileSync(join(other.runFolder, 'loss.json'), 'utf8')).found.changedAfter).toEqual([0]);
  expect((await other.resume().ended).code).toBe(0);
});

test('resuming says what it found and what it will do', async () => {
  const search = searching();
  const faults = [fault('INSERT INTO rungs: after COMMIT', 'kill-group', 2)];
  expect((await search.start([], { faults }).ended).signal).toBe('SIGKILL');
  const { stderr } = await expectSameEnd(search);
  expect(stderr).toContain(
    'Found 0 finished trials in 0 of 2 rounds; 4 trials that were under way are run again, 3 of them from a rung',
  );
  const again = await expectSameEnd(search);
  expect(again.stderr).toMatch(
    /in 2 of 2 rounds, and \d+ trainings? of the best; all rounds are done: what is left is to name the best/,
  );
});
