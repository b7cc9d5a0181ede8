import { lstat, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { readTextInput, UnreadableFile } from '@auto-seg-loss/files';
import { AslError } from '@auto-seg-loss/kernel';
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
  for (const folder of await foldersToSearch(start)) {
    for (const name of [...SEARCH_PLACES, MANIFEST]) {
      const file = join(folder, name);
      if (!(await isThere(file))) continue;
      const value = await read(file, { allowCode });
      if (name === MANIFEST && value === undefined) continue;
      await checkFound(file, start);
      return configFile(file, value);
    }
  }
  return undefined;
}

/** @throws AslError ASL_CONFIG_NOT_FOUND, ASL_CONFIG_SYNTAX, or ASL_CONFIG_INVALID for code without `allowCode`. */
export async function readConfigFile(file: string, options: ReadOptions): Promise<ConfigFile> {
  return configFile(file, await read(file, options));
}

/** An empty file is an empty config. */
function configFile(file: string, value: unknown): ConfigFile {
  return { file, value: value === undefined || value === null ? {} : value };
}

/** The names looked for, for the message that none was found. */
export const CONFIG_NAMES: string = SEARCH_PLACES.join(', ');

async function read(file: string, { allowCode, namedIn }: ReadOptions): Promise<unknown> {
  const ending = extname(file);
  if (CODE.includes(ending)) return loadCode(file, allowCode);
  if (!DATA.includes(ending)) throw otherFormat(file, ending);
  const text = await readTextInput(file, MOST_BYTES).catch((cause: unknown) => {
    throw cause instanceof UnreadableFile ? notFound(file, namedIn, cause.message) : cause;
  });
  const value = (ending === '.json' ? parseJson : parseYaml)(file, text, { secret: namedIn !== undefined });
  return basename(file) === MANIFEST ? fieldOf(value) : value;
}

const DATA: readonly string[] = ['.json', '.yaml', '.yml', ''];
const CODE: readonly string[] = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];

function fieldOf(manifest: unknown): unknown {
  return isTree(manifest) && Object.hasOwn(manifest, 'asl') ? manifest.asl : undefined;
}

async function loadCode(file: string, allowCode: boolean): Promise<unknown> {
  if (!(await exists(file))) throw notFound(file, undefined, 'no such file');
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

function otherFormat(file: string, ending: string): AslError {
  return new AslError('ASL_CONFIG_INVALID', 'a config in this format cannot be read', {
    where: file,
    expected: '.json, .yaml or .yml',
    received: ending,
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
