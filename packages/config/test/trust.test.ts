import { chmod, chown, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadConfig } from '@auto-seg-loss/config';
import { AslError } from '@auto-seg-loss/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { namedPlugins } from '../src/trust/named-plugins.ts';
import { projectOf } from '../src/trust/project.ts';
import { refuseForeignCode } from '../src/trust/refuse-foreign-code.ts';

// A stranger's files are those outside of the project, those that all may write, and (where the tests are root's) those of
// another user.
const isRoot = process.getuid?.() === 0;
const STRANGER = 65_534;

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'asl-trust-')));
  await write('mine/package.json', {});
  await write('mine/metric.mjs', '');
  await write('stranger/metric.mjs', '');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const mine = (path = '') => join(root, 'mine', path);
const stranger = (path = '') => join(root, 'stranger', path);

async function write(path: string, content: unknown): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function refusal(promise: Promise<unknown>): Promise<AslError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AslError)) throw new Error(`expected an AslError, got ${String(error)}`);
  expect(error.code, error.format()).toBe('ASL_NOT_TRUSTED');
  return error;
}

const MODULE = './metric.mjs';
/** Every place of a config that a plugin can be named at. */
const PLACES: readonly (readonly [string, object])[] = [
  ['metric', { metric: MODULE }],
  ['metric', { metric: { use: MODULE, tolerance: 2 } }],
  ['metric.metrics[0]', { metric: { use: 'weighted', metrics: [{ use: MODULE }] } }],
  ['formula', { metric: 'miou', formula: MODULE }],
  ['surrogate', { metric: 'miou', surrogate: MODULE }],
  ['decode[0]', { metric: 'miou', decode: MODULE }],
  ['decode[1]', { metric: 'miou', decode: ['argmax', { use: MODULE }] }],
  ['constraints[1]', { metric: 'miou', constraints: ['truth-table', MODULE] }],
  ['searcher', { metric: 'miou', searcher: { use: MODULE } }],
  ['dataset', { metric: 'miou', dataset: MODULE }],
  ['network', { metric: 'miou', network: MODULE }],
  ['guards[0].metric', { metric: 'miou', guards: [{ metric: MODULE, drop: 0 }] }],
  ['report.metrics[0]', { metric: 'miou', report: { metrics: [MODULE] } }],
  ['losses.mine[0].loss', { metric: 'miou', losses: { mine: MODULE } }],
  ['losses.mine[1].loss', { metric: 'miou', losses: { mine: ['dice', { use: MODULE }] } }],
  ['losses.mine[0].loss', { metric: 'miou', losses: { mine: [{ loss: MODULE, weight: 2 }, 'dice'] } }],
  ['losses.mine[1].loss', { metric: 'miou', losses: { mine: ['dice', { loss: { use: MODULE }, weight: 0.5 }] } }],
];

describe('a config of the current project', () => {
  test.each(PLACES)('may name a module at %s: %j', async (_, config) => {
    await write('mine/asl.config.json', config);
    await write('mine/deep/x.txt', '');
    for (const cwd of [mine(), mine('deep')]) expect((await loadConfig({ cwd })).packagesFrom).toBe(mine());
  });

  test('may name one elsewhere that is the user’s own', async () => {
    await write('mine/asl.config.json', { metric: '../stranger/metric.mjs' });
    await loadConfig({ cwd: mine() });
  });

  test('may lie in a package of the project, and the current folder in another', async () => {
    await write('mine/a/package.json', {});
    await write('mine/b/package.json', {});
    await write('mine/b/search.json', { metric: '../metric.mjs' });
    await loadConfig({ cwd: mine('a'), file: '../b/search.json' });
  });

  test('without package.json or .git, what is below the current folder is the project', async () => {
    await write('loose/sub/search.json', { metric: '../../mine/metric.mjs' });
    await loadConfig({ cwd: join(root, 'loose'), file: 'sub/search.json' });
    await refusal(loadConfig({ cwd: mine(), file: '../loose/sub/search.json' }));
  });
});

describe('a config from elsewhere', () => {
  test.each(PLACES)('may not name a module at %s: %j', async (where, config) => {
    const file = await write('stranger/asl.config.json', config);
    const error = await refusal(loadConfig({ cwd: mine(), file }));
    expect(error.details.problems).toEqual([
      expect.objectContaining({ where: `${where} in ${file}`, received: expect.stringContaining(`"${MODULE}"`) }),
    ]);
    expect(error.details.remedy).toContain('--allow-code');
    await loadConfig({ cwd: mine(), file, allowCode: true });
  });

  test('is refused before anything is asked of its plugins, also where it is wrong besides', async () => {
    const file = await write('stranger/asl.config.json', { metric: MODULE, seed: -1 });
    let asked = false;
    const pluginProblems = async () => {
      asked = true;
      return [];
    };
    await refusal(loadConfig({ cwd: mine(), file, pluginProblems }));
    expect(asked).toBe(false);
  });

  test('may name packages, and brings none along', async () => {
    const file = await write('stranger/asl.config.json', { metric: 'miou', dataset: { use: 'folder', root: './x' } });
    expect(await loadConfig({ cwd: mine(), file })).toMatchObject({ baseDir: stranger(), packagesFrom: mine() });
    expect(await loadConfig({ cwd: mine(), file, allowCode: true })).toMatchObject({ packagesFrom: stranger() });
  });

  test('may be told by the command line what module to run', async () => {
    const file = await write('stranger/asl.config.json', { metric: 'miou', surrogate: MODULE });
    await loadConfig({ cwd: mine(), file, set: [`surrogate=${MODULE}`] });
    await loadConfig({ cwd: mine(), file, set: [`surrogate={"use":"${MODULE}"}`] });
    await refusal(loadConfig({ cwd: mine(), file, set: [`metric=${mine('metric.mjs')}`] }));
  });

  test('counts as one where only a link to it lies in the project', async () => {
    await write('stranger/asl.config.json', { metric: '../stranger/metric.mjs' });
    await symlink(stranger('asl.config.json'), mine('asl.config.json'));
    await refusal(loadConfig({ cwd: mine() }));
  });
});

describe('what a config extends', () => {
  test('may be from elsewhere, but name no code', async () => {
    await write('stranger/plain.json', { seed: 3 });
    await write('stranger/evil.json', { surrogate: MODULE });
    await write('mine/asl.config.json', { extends: '../stranger/plain.json', metric: MODULE });
    expect((await loadConfig({ cwd: mine() })).config.seed).toBe(3);
    await write('mine/asl.config.json', { extends: '../stranger/evil.json', metric: 'miou' });
    const error = await refusal(loadConfig({ cwd: mine() }));
    expect(error.format()).toContain(`surrogate in ${stranger('evil.json')}`);
    // What is replaced is not run.
    await write('mine/asl.config.json', { extends: '../stranger/evil.json', metric: 'miou', surrogate: 'linear' });
    await loadConfig({ cwd: mine() });
  });
});

describe('what decides where paths lead', () => {
  test('a base from elsewhere leads no path of one’s own to another module', async () => {
    await write('stranger/plain.json', { seed: 3, base: '.' });
    await write('mine/asl.config.json', { extends: '../stranger/plain.json', metric: MODULE });
    await refusal(loadConfig({ cwd: mine() }));
    await write('mine/asl.config.json', { extends: '../stranger/plain.json', metric: MODULE, base: '.' });
    expect(await loadConfig({ cwd: mine() })).toMatchObject({ baseDir: mine(), packagesFrom: mine() });
    await write('mine/asl.config.json', { extends: '../stranger/plain.json', metric: 'miou' });
    expect(await loadConfig({ cwd: mine() })).toMatchObject({ baseDir: stranger(), packagesFrom: mine() });
  });

  test('no plugin is asked what options it has before the rule was asked', async () => {
    const file = await write('stranger/asl.config.json', { metric: 'miou', searcher: './searcher.mjs' });
    const asked: string[] = [];
    const pluginOptions = async (_kind: string, use: string) => {
      asked.push(use);
      return undefined;
    };
    await refusal(loadConfig({ cwd: mine(), file, set: ['searcher.rounds=2'], pluginOptions }));
    expect(asked).toEqual([]);
    await loadConfig({ cwd: mine(), file, set: ['searcher.rounds=2'], pluginOptions, allowCode: true });
    expect(asked).toEqual(['./searcher.mjs']);
  });
});

describe('what others may write is no file of one’s own', () => {
  test.each([
    ['the config', 'asl.config.json', 0o666],
    ['its folder', '.', 0o777],
    ['the module', 'metric.mjs', 0o666],
  ])('%s', async (_, path, mode) => {
    await write('mine/asl.config.json', { metric: MODULE });
    await loadConfig({ cwd: mine() });
    await chmod(mine(path), mode);
    const error = await refusal(loadConfig({ cwd: mine(), file: 'asl.config.json' }));
    expect(error.format()).toContain('every user may write it');
    await loadConfig({ cwd: mine(), file: 'asl.config.json', allowCode: true });
  });

  test('a folder with package.json, and that file', async () => {
    await write('mine/package/package.json', { main: 'index.js' });
    await write('mine/asl.config.json', { metric: './package' });
    await loadConfig({ cwd: mine() });
    await chmod(mine('package/package.json'), 0o666);
    await refusal(loadConfig({ cwd: mine() }));
  });

  test.skipIf(!isRoot).each(['asl.config.json', 'metric.mjs'])('%s of another user', async (path) => {
    await write('mine/asl.config.json', { metric: MODULE });
    await chown(mine(path), STRANGER, STRANGER);
    const error = await refusal(loadConfig({ cwd: mine(), file: 'asl.config.json' }));
    expect(error.format()).toContain('it belongs to another user');
  });
});

describe('a config that was found, not named', () => {
  test.skipIf(!isRoot)('must not be of another user, but for the owner of the current folder', async () => {
    const file = await write('mine/asl.config.json', { metric: 'miou' });
    await write('mine/deep/x.txt', '');
    await chown(file, STRANGER, STRANGER);
    const error = await refusal(loadConfig({ cwd: mine('deep') }));
    expect(error.details.where).toBe(file);
    await loadConfig({ cwd: mine('deep'), file: '../asl.config.json' });
    await chown(mine('deep'), STRANGER, STRANGER);
    await loadConfig({ cwd: mine('deep') });
  });

  test('must not be one that all may write', async () => {
    await chmod(await write('mine/asl.config.json', { metric: 'miou' }), 0o666);
    await refusal(loadConfig({ cwd: mine() }));
    await loadConfig({ cwd: mine(), file: 'asl.config.json' });
  });
});

describe('settings of other programs run nothing', () => {
  test.each([
    ['.config/config.js', 'globalThis.strangerRan = true; export default {};'],
    ['.config/config.mjs', 'globalThis.strangerRan = true; export default {};'],
    ['.config/config.json', '{"searchPlaces": ["evil.js"]}'],
    ['package.json', '{"cosmiconfig": {"searchPlaces": ["evil.js"]}}'],
    ['.config/aslrc.js', 'globalThis.strangerRan = true; export default {};'],
  ])('%s', async (path, content) => {
    await write(`mine/${path}`, content);
    await write('mine/evil.js', 'globalThis.strangerRan = true; export default { metric: "biou" };');
    await write('mine/asl.config.json', { metric: 'miou' });
    const before = process.cwd();
    // Settings were looked for where the process runs.
    process.chdir(mine());
    try {
      expect((await loadConfig({ cwd: mine() })).config.metric?.use).toBe('miou');
    } finally {
      process.chdir(before);
    }
    expect(globalThis).not.toHaveProperty('strangerRan');
  });
});

describe('what a search wrote', () => {
  const loss = async (path: string, use = '../metric.mjs', cwd = mine()): Promise<void> => {
    const file = await write(path, '{}');
    const plugins = namedPlugins({ metric: { use } }, file);
    await refuseForeignCode({ kind: 'product', plugins, baseDir: dirname(file), cwd, allowCode: false });
  };

  test('may name modules of its project, from anywhere in it', async () => {
    await write('mine/deep/x.txt', '');
    await loss('mine/runs/loss.json');
    await loss('mine/runs/loss.json', '../metric.mjs', mine('deep'));
    await loss('mine/runs/loss.json', 'miou');
  });

  test('may name none from elsewhere, and none elsewhere', async () => {
    await refusal(loss('stranger/loss.json', './metric.mjs'));
    await refusal(loss('stranger/loss.json', '../mine/metric.mjs'));
    await refusal(loss('mine/runs/loss.json', '../../stranger/metric.mjs'));
    await refusal(loss('mine/runs/loss.json', '../../stranger/not-there-yet.mjs'));
    await refusal(loss('mine/runs/loss.json', stranger('metric.mjs')));
    await loss('stranger/loss.json', 'miou');
  });

  test('may name none through a link', async () => {
    await symlink(stranger('metric.mjs'), mine('linked.mjs'));
    await refusal(loss('mine/runs/loss.json', '../linked.mjs'));
  });

  test('may name none outside of a project', async () => {
    await write('loose/metric.mjs', '');
    const error = await refusal(loss('loose/loss.json', './metric.mjs', join(root, 'loose')));
    expect(error.format()).toContain('is in no project (package.json or .git)');
  });

  test('is no longer its user’s own where others may write it', async () => {
    await write('mine/runs/loss.json', '{}');
    await chmod(mine('runs'), 0o777);
    await refusal(loss('mine/runs/loss.json'));
  });
});

describe('the project of a folder', () => {
  test('is the outermost with a mark that nobody else could have put there', async () => {
    await write('mine/a/.git/HEAD', '');
    await write('mine/a/b/package.json', {});
    expect(await projectOf(mine('a/b'))).toEqual({ top: mine(), marked: true });
    await write('package.json', {});
    expect(await projectOf(mine('a/b'))).toEqual({ top: root, marked: true });
    await chmod(root, 0o777);
    expect(await projectOf(mine('a/b'))).toEqual({ top: mine(), marked: true });
    expect(await projectOf(stranger())).toEqual({ top: stranger(), marked: false });
  });

  test('is not the home of the user, in which everything lies', async () => {
    const home = process.env.HOME;
    process.env.HOME = root;
    try {
      await write('package.json', {});
      expect(await projectOf(stranger())).toEqual({ top: stranger(), marked: false });
    } finally {
      if (home === undefined) delete process.env.HOME;
      else process.env.HOME = home;
    }
  });
});
