import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { type MakeExecutor, resumeSearch, search } from '../src/index.ts';
import { claimRunFolder, nextRunFolder } from '../src/run-folder/claim.ts';
import { removeLeftovers, removePaused, runFolder } from '../src/run-folder/layout.ts';
import { loaded, makeExecutor } from './in-process.ts';
import { failure, makeProject, pluginSource } from './project.ts';

const LEFT = '.loss.json.0b6ff3f2-7b61-4d3e-9d1c-3f6b0e3c2a11.tmp';
const KEY = 'a'.repeat(64);

/** Every file below a folder with its content. */
async function contents(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.sort().map(async (file) => [file, await readFile(file, 'utf8')] as const)));
}

describe('the folder of a new run', () => {
  test.each([
    ['config.json'],
    ['loss.json'],
    ['report.svg'],
    ['paused/notes.txt'],
    ['.draft.tmp'],
    ['.hidden'],
    ['warm-start.safetensors'],
    ['environment.json', 'study.lock', 'results.csv'],
  ])('with %s of the user in it is refused, and stays as it is', async (...files) => {
    const out = await makeProject(Object.fromEntries(files.map((file) => [`run/${file}`, 'mine'])));
    const run = join(out, 'run');
    const before = await contents(run);
    const error = await failure(search(await loaded(), { makeExecutor, out: run }));
    expect(error.code).toBe('ASL_RUN_FOLDER');
    expect(error.details).toMatchObject({ where: run, expected: 'a new or empty folder' });
    expect(await contents(run)).toEqual(before);
  });

  test('may be there, if it is empty or a search was killed before it began', async () => {
    const project = await makeProject({ 'killed/study.lock': '', 'killed/study.sqlite': '' });
    await mkdir(join(project, 'empty'));
    await symlink('empty', join(project, 'link'));
    for (const name of ['empty', 'killed', 'link', 'new', 'deep/er']) await claimRunFolder(join(project, name));
    expect(existsSync(join(project, 'deep/er'))).toBe(true);
  });

  test('by default is another one for each of many searches that begin at once', async () => {
    const project = await makeProject({ 'runs/miou-3/x': '', 'runs/miou-x/x': '', 'runs/other-9/x': '' });
    const folders = await Promise.all(Array.from({ length: 20 }, () => nextRunFolder(project, 'miou')));
    expect(folders.map((folder) => Number(folder.split('-').at(-1))).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 4),
    );
    for (const folder of folders) expect(existsSync(folder)).toBe(true);
  });

  test('is not made for a search that cannot begin', async () => {
    const config = await loaded({
      dataset: { use: 'folder', root: './nowhere', classes: 2, train: { list: 'a' }, val: { list: 'b' } },
    });
    expect((await failure(search(config, { makeExecutor }))).code).toBe('ASL_DATA_MISSING');
    expect(existsSync(join(config.baseDir, 'runs'))).toBe(false);
  });
});

/** A project whose training labels a search refuses when it has begun. */
async function refusedProject(files: object = {}) {
  const split = `(ids) => ({ ids, read: async (i) => { throw Object.assign(new Error('the label is truncated'), { code: 'ASL_DATA_INVALID', details: { where: ids[i] } }); } })`;
  const create = `() => ({ name: 'd', classes: ['a', 'b'], train: (${split})(['x.png', 'y.png']), val: (${split})(['v.png']), fingerprint: async () => '' })`;
  const source = pluginSource('dataset', 'd', 'z.strictObject({})', create);
  return loaded({ dataset: './data.mjs' }, { ...files, 'data.mjs': source });
}

describe('a search whose data are refused once it has begun leaves', () => {
  test.each(['run', 'deep/er/run'])('no folder %s that was not there', async (name) => {
    const config = await refusedProject({ 'deep/mine.txt': 'mine' });
    const before = await readdir(config.baseDir, { recursive: true });
    const error = await failure(search(config, { makeExecutor, out: join(config.baseDir, name) }));
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(await readdir(config.baseDir, { recursive: true })).toEqual(before);
    expect((await failure(search(config, { makeExecutor }))).code).toBe('ASL_DATA_INVALID');
    expect(await readdir(config.baseDir, { recursive: true })).toEqual(before);
  });

  test('an empty one that was there; and the next search may have it', async () => {
    const config = await refusedProject();
    const out = join(config.baseDir, 'run');
    await mkdir(out);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect((await failure(search(config, { makeExecutor, out }))).code).toBe('ASL_DATA_INVALID');
      expect(await readdir(out)).toEqual([]);
    }
    const sound = await loaded();
    const stopped = await search(sound, { makeExecutor, out, signal: AbortSignal.abort(new Error('stop')) });
    expect(stopped.status).toBe('interrupted');
  });

  test('another run that was there, as it was', async () => {
    const sound = await loaded();
    const { folder } = await search(sound, { makeExecutor, signal: AbortSignal.abort(new Error('stop')) });
    const ofRun = async () => {
      const files = new Map(await contents(folder));
      files.delete(join(folder, 'study.lock')); // says who tried last
      return files;
    };
    const before = await ofRun();
    expect((await failure(search(await refusedProject(), { makeExecutor, out: folder }))).code).toBe('ASL_RUN_FOLDER');
    expect(await ofRun()).toEqual(before);
  });

  test('all that it holds, where it was stopped or has trained something', async () => {
    const sound = await loaded();
    const { folder } = await search(sound, { makeExecutor, signal: AbortSignal.abort(new Error('stop')) });
    expect(await readdir(folder)).toContain('study.sqlite');
    const out = join(sound.baseDir, 'trained');
    const refusing: MakeExecutor = (init, ...rest) => {
      const executor = makeExecutor(init, ...rest);
      if (init.job !== 'trial') return executor;
      throw new AslError('ASL_DATA_INVALID', 'an image has changed');
    };
    expect((await failure(search(sound, { makeExecutor: refusing, out }))).code).toBe('ASL_DATA_INVALID');
    expect(await readdir(out)).toContain('warm-start.safetensors');
    expect((await resumeSearch(out, { makeExecutor })).status).toBe('complete');
  });
});

describe('what is removed of a run folder', () => {
  test('are its own temporary files and its own paused trainings, nothing else', async () => {
    const project = await makeProject({
      [`run/${LEFT}`]: '',
      [`run/paused/.${KEY}.safetensors.0b6ff3f2-7b61-4d3e-9d1c-3f6b0e3c2a11.tmp`]: '',
      [`run/paused/${KEY}.safetensors`]: '',
      [`run/paused/${KEY}.safetensors.previous`]: '',
      'run/paused/mine.safetensors': 'mine',
      'run/.draft.tmp': 'mine',
      'run/.a.b.tmp': 'mine',
    });
    const folder = runFolder(join(project, 'run'));
    await removeLeftovers(folder);
    expect((await readdir(folder.paused)).sort()).toEqual([
      `${KEY}.safetensors`,
      `${KEY}.safetensors.previous`,
      'mine.safetensors',
    ]);
    await removePaused(folder.paused);
    expect(await readdir(folder.paused)).toEqual(['mine.safetensors']);
    expect((await readdir(folder.folder)).sort()).toEqual(['.a.b.tmp', '.draft.tmp', 'paused']);
  });

  test('is the folder of paused trainings too, once it is empty', async () => {
    const project = await makeProject({ [`run/paused/${KEY}.safetensors`]: '' });
    await removePaused(join(project, 'run/paused'));
    expect(existsSync(join(project, 'run/paused'))).toBe(false);
    await removePaused(join(project, 'run/paused'));
  });
});
