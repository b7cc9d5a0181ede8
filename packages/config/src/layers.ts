import { dirname, isAbsolute, resolve } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { showValue } from '@auto-seg-loss/schema';
import { treeAt } from './overrides.ts';
import { type ConfigFile, readConfigFile } from './read-config-file.ts';

/** A part of a config with where it came from; later layers win over earlier ones. */
export interface Layer {
  /** A file, or `--set`. */
  readonly source: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Where it says that relative paths start, as an absolute path. */
  readonly base?: string;
}

/** What one file says. */
interface FileLayers {
  readonly file: string;
  readonly layers: readonly Layer[];
}

/** More than a person can oversee. */
const MOST_FILES = 100;

/**
 * A config file and all that it extends, the furthest first. `extends` is a path or a list of paths, relative to the file
 * that says it; what stands later in the list wins. So is `base`. Each file is read once; one that is reached on several ways counts where
 * it is reached last.
 * @throws AslError ASL_CONFIG_INVALID for a cycle, naming its files; what reading the files throws.
 */
export async function layersOf(config: ConfigFile, allowCode: boolean): Promise<readonly Layer[]> {
  return (await new Bases(allowCode).layersOf(config, [])).flatMap(({ layers }) => layers);
}

/** The files that were read so far, with all that each extends. */
class Bases {
  readonly #allowCode: boolean;
  readonly #read: Map<string, readonly FileLayers[]> = new Map();
  #files = 0;

  constructor(allowCode: boolean) {
    this.#allowCode = allowCode;
  }

  /** @param chain the files that lead here, each extending the next. */
  async layersOf(config: ConfigFile, chain: readonly string[]): Promise<readonly FileLayers[]> {
    const way = [...chain, config.file];
    const { extends: bases, replace, base, $schema: _editorHint, ...value } = objectOf(config, chain.length > 0);
    const files: FileLayers[] = [];
    for (const path of extendsList(config.file, bases)) {
      const file = isAbsolute(path) ? path : resolve(dirname(config.file), path);
      if (way.includes(file)) throw circle([...way.slice(way.indexOf(file)), file]);
      files.push(...(await this.#layersOfBase(file, way)));
    }
    const layers = [
      ...replaced(config.file, replace).map((path) => ({ source: config.file, value: treeAt(path.split('.'), null) })),
      { source: config.file, value, ...(base === undefined ? {} : { base: baseOf(config.file, base) }) },
    ];
    return lastOfEach([...files, { file: config.file, layers }]);
  }

  async #layersOfBase(file: string, way: readonly string[]): Promise<readonly FileLayers[]> {
    const before = this.#read.get(file);
    if (before !== undefined) return before;
    if (++this.#files > MOST_FILES) throw tooMany(way[0] ?? file);
    const namedIn = `extends in ${way.at(-1)}`;
    const read = await readConfigFile(file, { allowCode: this.#allowCode, namedIn });
    const layers = await this.layersOf(read, way);
    this.#read.set(file, layers);
    return layers;
  }
}

function lastOfEach(files: readonly FileLayers[]): readonly FileLayers[] {
  const last = new Map<string, FileLayers>();
  for (const each of files) {
    last.delete(each.file);
    last.set(each.file, each);
  }
  return [...last.values()];
}

function circle(files: readonly string[]): AslError {
  return new AslError('ASL_CONFIG_INVALID', 'the configs extend each other in a circle', {
    where: 'extends',
    received: files.join(' → '),
    remedy: 'remove one of these extends',
  });
}

function tooMany(file: string): AslError {
  return new AslError('ASL_CONFIG_INVALID', 'the config extends too many files', {
    where: `extends in ${file}`,
    expected: `at most ${MOST_FILES}, with all that they extend`,
    remedy: 'join some of them',
  });
}

/** @param secret whether nothing of its content may be shown. */
function objectOf({ value, file }: ConfigFile, secret: boolean): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new AslError('ASL_CONFIG_INVALID', 'a config is an object', {
    where: file,
    expected: '{ "metric": "miou" }, for example',
    received: secret ? `a ${Array.isArray(value) ? 'list' : typeof value}` : showValue(value),
  });
}

/** The fields that a file takes back before it says them anew: its objects are then not laid over those of other files. */
function replaced(file: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((path) => {
    if (typeof path === 'string' && path.split('.').every((key) => key !== '')) return path;
    throw new AslError('ASL_CONFIG_INVALID', 'replace names fields of the config', {
      where: `replace in ${file}`,
      expected: 'a list of fields, such as ["dataset.val", "guards"]',
      received: showValue(value),
    });
  });
}

function baseOf(file: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return resolve(dirname(file), value);
  throw new AslError('ASL_CONFIG_INVALID', 'base is the folder in which relative paths start', {
    where: `base in ${file}`,
    expected: 'a path, relative to this file',
    received: showValue(value),
  });
}

function extendsList(file: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return list.map((path) => {
    if (typeof path === 'string' && path !== '') return path;
    throw new AslError('ASL_CONFIG_INVALID', 'extends names other config files', {
      where: `extends in ${file}`,
      expected: 'a path, or a list of paths',
      received: showValue(value),
    });
  });
}
