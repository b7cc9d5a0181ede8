import { lstat, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { readTextInput, UnreadableFile } from '@auto-seg-loss/files';
import { AslError } from '@auto-seg-loss/kernel';
import { explorer, type Loader } from './explorer.ts';
import { checkFound } from './found-config.ts';
import { importModule } from './import-module.ts';
import { isTree } from './merge.ts';
import { parseJson, parseYaml } from './parse-text.ts';
import { exists, foldersUp, PROJECT_MARKS } from './trust/project.ts';

/** The names that a config is looked for under, in this order, in each folder. */
const SEARCH_PLACES: readonly string[] = [
  'asl.config.json',
  'asl.config.yaml',
  'asl.config.yml',
  '.aslrc',
  '.aslrc.json',
  '.aslrc.yaml',
  '.aslrc.yml',
  'asl.config.ts',
  'asl.config.mjs',
  'asl.config.js',
  'package.json',
];
/** Has a config in its field `asl`. */
const MANIFEST = 'package.json';

/** A hundred times the largest config that there is. */
const MOST_BYTES = 2 ** 20;

/** A config file as it was written. */
export interface ConfigFile {
  readonly file: string;
  readonly value: unknown;
}

/** How a config file is read. */
export interface ReadOptions {
  /** Whether it may be code. */
  readonly allowCode: boolean;
  /** The file that names it, if one does: errors then show nothing of the content, which may be of any file. */
  readonly namedIn?: string;
}

/**
 * Looks for a config in `cwd` and the folders above it, up to the top of the project (the next folder that holds
 * package.json or .git); outside of a project, in `cwd` alone.
 * @returns undefined where there is none.
 * @throws AslError as `readConfigFile`; ASL_NOT_TRUSTED for one that somebody else put there.
 */
export async function findConfigFile(cwd: string, allowCode: boolean): Promise<ConfigFile | undefined> {
  const start = resolve(cwd);
  const { search } = explorerOf({ allowCode });
  for (const folder of await foldersToSearch(start)) {
    const first = await firstThere(folder);
    if (first === undefined) continue;
    await mustBeReadable(first, undefined);
    const found = await search(folder);
    if (found === null) continue;
    await checkFound(found.filepath, start);
    return configFile(found.filepath, found.config);
  }
  return undefined;
}

/** What a search in this folder alone will read. */
async function firstThere(folder: string): Promise<string | undefined> {
  for (const name of SEARCH_PLACES) if (await isThere(join(folder, name))) return join(folder, name);
  return undefined;
}

/** @throws AslError ASL_CONFIG_NOT_FOUND, ASL_CONFIG_SYNTAX, or ASL_CONFIG_INVALID for code without `allowCode`. */
export async function readConfigFile(file: string, options: ReadOptions): Promise<ConfigFile> {
  await mustBeReadable(file, options.namedIn);
  const found = await explorerOf(options).load(file);
  return configFile(file, found?.config);
}

/** An empty file is an empty config. */
function configFile(file: string, value: unknown): ConfigFile {
  return { file, value: value === undefined || value === null ? {} : value };
}

/** The names looked for, for the message that none was found. */
export const CONFIG_NAMES: string = SEARCH_PLACES.slice(0, -1).join(', ');

/** A pipe would be waited for, and a file of any size read. */
async function mustBeReadable(file: string, namedIn: string | undefined): Promise<void> {
  await readTextInput(file, MOST_BYTES).catch((cause: unknown) => {
    throw cause instanceof UnreadableFile ? notFound(file, namedIn, cause.message) : cause;
  });
}

function explorerOf({ allowCode, namedIn }: ReadOptions): ReturnType<typeof explorer> {
  const secret = namedIn !== undefined;
  const json: Loader = (file, text) => withoutImport(file, parseJson(file, text, { secret }));
  const yaml: Loader = (file, text) => withoutImport(file, parseYaml(file, text, { secret }));
  const code: Loader = (file) => loadCode(file, allowCode);
  const data = { '.json': json, '.yaml': yaml, '.yml': yaml, noExt: yaml };
  const modules = { '.js': code, '.mjs': code, '.cjs': code, '.ts': code, '.mts': code, '.cts': code };
  // An extension that nothing reads (a config named asl.toml) goes to `default`.
  return explorer(SEARCH_PLACES, { ...data, ...modules, default: refuseFormat });
}

/** cosmiconfig would lay imported files under this one by rules of its own, unseen by `extends`. */
function withoutImport(file: string, value: unknown): unknown {
  const config = basename(file) === MANIFEST && isTree(value) ? value.asl : value;
  if (!isTree(config) || !Object.hasOwn(config, '$import')) return value;
  throw new AslError('ASL_CONFIG_INVALID', '"$import" is not a field of a config', {
    where: file,
    received: '"$import"',
    remedy: 'use "extends"',
  });
}

async function loadCode(file: string, allowCode: boolean): Promise<unknown> {
  if (!allowCode) {
    throw new AslError('ASL_CONFIG_INVALID', 'this config is code, which is only run when asked for', {
      where: file,
      expected: 'JSON or YAML',
      received: `a ${extname(file)} file`,
      remedy: 'pass --allow-code if you trust the file, or write the config as JSON or YAML',
    });
  }
  const module = await importModule(file);
  if (!('default' in module)) {
    throw new AslError('ASL_CONFIG_INVALID', 'the config module has no default export', {
      where: file,
      expected: 'export default { metric: … }',
      received: `the exports ${Object.keys(module).join(', ') || '(none)'}`,
    });
  }
  return typeof module.default === 'function' ? await (module.default as () => unknown)() : module.default;
}

function refuseFormat(file: string): never {
  throw new AslError('ASL_CONFIG_INVALID', 'a config in this format cannot be read', {
    where: file,
    expected: '.json, .yaml or .yml',
    received: extname(file),
  });
}

/** Folders of such a name are passed by; a link that leads nowhere is there. */
async function isThere(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => undefined);
  if (found?.isSymbolicLink() === true) return !(await isFolder(file));
  return found !== undefined && !found.isDirectory();
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function foldersToSearch(cwd: string): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const folder of foldersUp(cwd)) {
    folders.push(folder);
    for (const mark of PROJECT_MARKS) if (await exists(join(folder, mark))) return folders;
  }
  return [cwd];
}

function notFound(file: string, where: string | undefined, received: string): AslError {
  return new AslError('ASL_CONFIG_NOT_FOUND', `the config ${file} cannot be read`, {
    ...(where === undefined ? {} : { where }),
    expected: 'a readable file',
    received,
  });
}
