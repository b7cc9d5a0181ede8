import { access, constants, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { AslError, isAslError } from '@auto-seg-loss/kernel';
import { cosmiconfig, type Loader } from 'cosmiconfig';
import { importModule } from './import-module.ts';
import { parseJson, parseYaml } from './parse-text.ts';

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

/** What marks the top folder of a project, where the search ends. */
const PROJECT_MARKS: readonly string[] = ['package.json', '.git'];

/** A config file as it was written. */
export interface ConfigFile {
  readonly file: string;
  readonly value: unknown;
}

/**
 * Looks for a config in `cwd` and the folders above it, up to the top of the project (the next folder that holds
 * package.json or .git); outside of a project, in `cwd` alone.
 * @returns undefined where there is none.
 */
export async function findConfigFile(cwd: string, allowCode: boolean): Promise<ConfigFile | undefined> {
  const search = explorer(allowCode);
  for (const folder of await foldersToSearch(resolve(cwd))) {
    const found = await search.search(folder);
    if (found !== null) return checked(found.filepath, found.config);
  }
  return undefined;
}

/** @throws AslError ASL_CONFIG_NOT_FOUND, ASL_CONFIG_SYNTAX, or ASL_CONFIG_INVALID for code without `allowCode`. */
export async function readConfigFile(file: string, allowCode: boolean, where?: string): Promise<ConfigFile> {
  await mustBeReadable(file, where);
  const found = await explorer(allowCode).load(file);
  return checked(file, found?.config);
}

/** The names looked for, for the message that none was found. */
export const CONFIG_NAMES: string = SEARCH_PLACES.slice(0, -1).join(', ');

function explorer(allowCode: boolean): ReturnType<typeof cosmiconfig> {
  const json: Loader = (file, text) => withoutImport(file, parseJson(file, text));
  const yaml: Loader = (file, text) => withoutImport(file, parseYaml(file, text));
  const code: Loader = (file) => loadCode(file, allowCode);
  return cosmiconfig('asl', {
    searchPlaces: [...SEARCH_PLACES],
    searchStrategy: 'none',
    packageProp: 'asl',
    cache: false,
    ignoreEmptySearchPlaces: false,
    // An extension that nothing reads (a config named asl.toml) goes to `default`.
    loaders: {
      '.json': json,
      '.yaml': yaml,
      '.yml': yaml,
      noExt: yaml,
      '.js': code,
      '.mjs': code,
      '.cjs': code,
      '.ts': code,
      default: refuseFormat,
    },
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

/** cosmiconfig would lay imported files under this one by rules of its own, unseen by `extends`. */
function withoutImport(file: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, '$import')) return value;
  throw new AslError('ASL_CONFIG_INVALID', '"$import" is not a field of a config', {
    where: file,
    received: '"$import"',
    remedy: 'use "extends"',
  });
}

/** An empty file is an empty config. */
function checked(file: string, value: unknown): ConfigFile {
  return { file, value: value === undefined || value === null ? {} : value };
}

async function foldersToSearch(cwd: string): Promise<readonly string[]> {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.push(folder);
    for (const mark of PROJECT_MARKS) if (await exists(join(folder, mark))) return folders;
    if (dirname(folder) === folder) return [cwd];
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function mustBeReadable(file: string, where: string | undefined): Promise<void> {
  try {
    if ((await stat(file)).isDirectory()) throw notFound(file, where, 'a folder');
    await access(file, constants.R_OK);
  } catch (error) {
    throw isAslError(error) ? error : notFound(file, where, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

function notFound(file: string, where: string | undefined, received: string): AslError {
  return new AslError('ASL_CONFIG_NOT_FOUND', `the config ${file} cannot be read`, {
    ...(where === undefined ? {} : { where }),
    expected: 'a readable file',
    received: received === 'ENOENT' ? 'no such file' : received === 'EACCES' ? 'no permission to read it' : received,
  });
}
