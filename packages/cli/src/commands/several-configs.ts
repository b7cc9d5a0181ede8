import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative, resolve } from 'node:path';
import { AslError, aslCommand, naturalOrder } from '@auto-seg-loss/kernel';
import { isBegun } from '@auto-seg-loss/study';

/** One of several searches, by what it is called among them. */
export interface NamedPath {
  readonly name: string;
  /** A config file, or a run folder. */
  readonly path: string;
}

const CONFIGS: ReadonlySet<string> = new Set(['.json', '.yaml', '.yml']);

/**
 * What a command line that names several configs means: files, and the configs directly in folders.
 * @returns undefined where one file is named, or none: a single search. @throws AslError ASL_USAGE, ASL_CONFIG_NOT_FOUND.
 */
export async function severalConfigs(named: readonly string[]): Promise<readonly NamedPath[] | undefined> {
  const folders = await Promise.all(named.map(isFolder));
  if (named.length < 2 && !folders.includes(true)) return undefined;
  const files = await Promise.all(
    named.map((path, index) => (folders[index] === true ? configsIn(path) : Promise.resolve([path]))),
  );
  const configs = files.flat().map((path) => ({ name: basename(path, extname(path)), path }));
  const [first, second] = sameNamed(configs) ?? [];
  if (first === undefined || second === undefined) return configs;
  const isSame = resolve(first.path) === resolve(second.path);
  throw new AslError('ASL_USAGE', isSame ? 'a config is named twice' : 'two configs have the same name', {
    where: 'asl search',
    expected: 'configs with names of their own: searches are told apart, and their folders named, by them',
    received: isSame ? first.path : `${first.path} and ${second.path}`,
    remedy: isSame ? 'name it once' : 'rename one of the files, or search them one after the other',
  });
}

async function configsIn(folder: string): Promise<readonly string[]> {
  if (isBegun(folder)) {
    throw new AslError('ASL_USAGE', 'that is the folder of a run', {
      where: 'asl search',
      expected: 'configs, or folders of configs',
      received: folder,
      remedy: `to go on with it: ${aslCommand('search', '--resume', folder)}; its config is ${join(folder, 'config.json')}`,
    });
  }
  const names = (await readdir(folder)).filter((name) => CONFIGS.has(extname(name)) && !name.startsWith('.'));
  if (names.length > 0) return names.toSorted(naturalOrder).map((name) => join(folder, name));
  throw new AslError('ASL_CONFIG_NOT_FOUND', 'the folder holds no configs', {
    where: folder,
    expected: `files that end in ${[...CONFIGS].join(', ')}, directly in it`,
    received: 'none',
  });
}

/**
 * What `--resume` with these folders means: run folders, and folders of them.
 * @returns undefined where one run is named: a single search. @throws AslError ASL_USAGE.
 */
export async function severalRuns(named: readonly string[]): Promise<readonly NamedPath[] | undefined> {
  const runs = await Promise.all(named.map(runsIn));
  const [only, ...others] = named;
  if (only !== undefined && others.length === 0 && runs[0]?.[0] === only) return undefined;
  const folders = runs.flat();
  const names = folders.map((folder) => basename(resolve(folder)));
  const isClear = new Set(names).size === names.length;
  const all = folders.map((path, index) => ({
    name: (isClear ? names[index] : undefined) ?? (relative(process.cwd(), resolve(path)) || '.'),
    path,
  }));
  const [twice] = sameNamed(all) ?? [];
  if (twice === undefined) return all;
  throw new AslError('ASL_USAGE', 'a run is named twice', {
    where: 'asl search --resume',
    expected: 'each run folder once',
    received: twice.path,
    remedy: 'name it once',
  });
}

/** The folder itself where it is a run or holds none: what is wrong with it is said later. */
async function runsIn(folder: string): Promise<readonly string[]> {
  if (!(await isFolder(folder)) || isBegun(folder)) return [folder];
  const within = (await readdir(folder)).map((name) => join(folder, name));
  const folders = await Promise.all(within.map(isFolder));
  const runs = within.filter((path, index) => folders[index] === true && isBegun(path));
  return runs.length === 0 ? [folder] : runs.toSorted(naturalOrder);
}

function sameNamed(all: readonly NamedPath[]): readonly [NamedPath, NamedPath] | undefined {
  for (const [index, second] of all.entries()) {
    const first = all.slice(0, index).find(({ name }) => name === second.name);
    if (first !== undefined) return [first, second];
  }
  return undefined;
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
