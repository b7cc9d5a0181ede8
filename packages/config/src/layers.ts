import { dirname, isAbsolute, resolve } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { treeAt } from './overrides.ts';
import { type ConfigFile, readConfigFile } from './read-config-file.ts';
import { showValue } from './show-value.ts';

/** A part of a config with where it came from; later layers win over earlier ones. */
export interface Layer {
  /** A file, or `--set`. */
  readonly source: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Where it says that relative paths start, as an absolute path. */
  readonly base?: string;
}

/**
 * A config file and all that it extends, the furthest first. `extends` is a path or a list of paths, relative to the file
 * that says it; what stands later in the list wins. So is `base`.
 * @throws AslError ASL_CONFIG_INVALID for a cycle, naming its files; what reading the files throws.
 */
export async function layersOf(
  config: ConfigFile,
  allowCode: boolean,
  chain: readonly string[] = [],
): Promise<Layer[]> {
  if (chain.includes(config.file)) {
    const cycle = [...chain.slice(chain.indexOf(config.file)), config.file];
    throw new AslError('ASL_CONFIG_INVALID', 'the configs extend each other in a circle', {
      where: 'extends',
      received: cycle.join(' → '),
      remedy: 'remove one of these extends',
    });
  }
  const { extends: bases, replace, base, $schema: _editorHint, ...value } = objectOf(config);
  const layers: Layer[] = [];
  for (const path of extendsList(config.file, bases)) {
    const file = isAbsolute(path) ? path : resolve(dirname(config.file), path);
    const extended = await readConfigFile(file, allowCode, `extends in ${config.file}`);
    layers.push(...(await layersOf(extended, allowCode, [...chain, config.file])));
  }
  return [
    ...layers,
    ...replaced(config.file, replace).map((path) => ({ source: config.file, value: treeAt(path.split('.'), null) })),
    { source: config.file, value, ...(base === undefined ? {} : { base: baseOf(config.file, base) }) },
  ];
}

function objectOf(config: ConfigFile): Readonly<Record<string, unknown>> {
  const { value, file } = config;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new AslError('ASL_CONFIG_INVALID', 'a config is an object', {
    where: file,
    expected: '{ "metric": "miou" }, for example',
    received: showValue(value),
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
