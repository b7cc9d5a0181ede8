import { dirname, relative, resolve } from 'node:path';
import { AslError, type ErrorDetails, type Problem } from '@auto-seg-loss/kernel';
import { type Checked, checkSchema } from '@auto-seg-loss/schema';
import { type LookUp, overrideLayers, settled } from './lay-over.ts';
import { type Layer, layersOf } from './layers.ts';
import { isTree } from './merge.ts';
import { metricProblems } from './metric-problems.ts';
import { notJson } from './not-json.ts';
import { parseOverride, SET_SOURCE, treeAt } from './overrides.ts';
import type { PluginOptions } from './plugin-options.ts';
import { type PluginPlace, pluginPlaces } from './plugin-places.ts';
import { CONFIG_NAMES, findConfigFile, readConfigFile } from './read-config-file.ts';
import type { RunConfig } from './run-config.ts';
import { configSchema } from './schema.ts';
import { pluginsIn } from './trust/named-plugins.ts';
import { type NamedPlugin, packagesFrom, refuseForeignCode } from './trust/refuse-foreign-code.ts';

type Tree = Readonly<Record<string, unknown>>;

export interface LoadOptions {
  /** The config file; without it, one is looked for in `cwd` and above, up to the top of the project. */
  readonly file?: string;
  readonly cwd: string;
  /** `--set` arguments, `a.b=value`. */
  readonly set?: readonly string[];
  /** Whether a config may be code (.js, .mjs, .ts), and one from elsewhere may name code. */
  readonly allowCode?: boolean;
  /**
   * Says what is wrong with plugins and their options. Asked only where the config has problems of its own, so that all are
   * reported together; of a sound config, plugins are checked when its run is assembled.
   */
  readonly pluginProblems?: (places: readonly PluginPlace[], home: Home) => Promise<readonly Problem[]>;
  /**
   * Looks up what options a plugin has; undefined where it cannot be loaded, which is said later. Asked only where that
   * matters to what the config says: for `--set` of an option, and where a plugin takes another's place.
   */
  readonly pluginOptions?: (kind: string, use: string, home: Home) => Promise<PluginOptions | undefined>;
}

/** Where relative paths start, and where packages are found from. */
export type Home = Pick<LoadedConfig, 'baseDir' | 'packagesFrom'>;

export interface LoadedConfig {
  readonly config: RunConfig;
  /** The config's file; undefined where --set alone made the config. */
  readonly file: string | undefined;
  /** Where relative paths in the config start: its `base`, or the folder of `file`, or `cwd` without one. */
  readonly baseDir: string;
  /** What the config was made of, in the order it was laid over each other: extended files, the file, `--set`. */
  readonly sources: readonly string[];
  /** What a person should know of how they were laid over each other, in sentences. */
  readonly notes: readonly string[];
  /** Whether losses from elsewhere may name code. */
  readonly allowCode: boolean;
  /** Where packages are found from: `baseDir`, or `cwd` for a config from elsewhere, which brings none along. */
  readonly packagesFrom: string;
}

/**
 * Reads a config: file, `extends`, `--set`, defaults; checks all of it at once. Loads no tensor library.
 * @throws AslError ASL_CONFIG_NOT_FOUND, ASL_CONFIG_SYNTAX, ASL_CONFIG_INVALID (with all problems), ASL_CONFIG_LEAK,
 *   ASL_NOT_TRUSTED, ASL_USAGE.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const cwd = resolve(options.cwd);
  const allowCode = options.allowCode ?? false;
  const found =
    options.file === undefined
      ? await findConfigFile(cwd, allowCode)
      : await readConfigFile(resolve(cwd, options.file), { allowCode });
  const overrides = (options.set ?? []).map(parseOverride);
  if (found === undefined && !overrides.some(({ path }) => path[0] === 'metric' || path[0] === 'metrics'))
    throw noConfig(cwd);
  const files = found === undefined ? [] : await layersOf(found, allowCode);
  const based = files.findLast(({ base }) => base !== undefined);
  const own = found === undefined ? cwd : dirname(found.file);
  const trust = { baseDir: based?.base ?? own, cwd, allowCode };
  const named = based?.source ?? found?.file;
  const home = { baseDir: trust.baseDir, packagesFrom: named === undefined ? cwd : await packagesFrom(named, trust) };
  const permit = (plugins: readonly Unnamed[], layers: readonly Layer[]): Promise<void> =>
    refuseForeignCode({ ...trust, kind: 'config', plugins: namedBy(plugins, layers, based) });
  const typed = overrides.map(({ path, value }) => ({ source: SET_SOURCE, value: treeAt(path, value) }));
  const known: LookUp = async (kind, use) => {
    await permit([{ use, where: kind }], [...files, ...typed]);
    return options.pluginOptions?.(kind, use, home);
  };
  const written = [...files, ...(await overrideLayers(overrides, files, known))];
  const { merged, notes } = await settled(written, known);
  const config = checkConfig(merged, written);
  // A list may be too long, which is one of the problems.
  const places = 'problems' in config ? pluginPlaces(merged).slice(0, MOST_PLACES) : [];
  const plugins =
    'value' in config ? pluginsIn(config.value) : places.flatMap(({ use, where }) => pluginsIn(use, [where]));
  await permit(plugins, written);
  if ('problems' in config) {
    const ofPlugins = (await options.pluginProblems?.(places, home)) ?? [];
    throw invalid(merged, [...config.problems, ...ofPlugins], (path) => withSource(path, written, cwd));
  }
  return {
    config: config.value,
    file: found?.file,
    ...home,
    sources: [...new Set(written.map((layer) => layer.source))],
    notes,
    allowCode,
  };
}

/** Plugins whose problems are looked for; each is loaded for that. */
const MOST_PLACES = 100;

type Unnamed = Omit<NamedPlugin, 'namedBy'>;

/** With the files that name each plugin; without those that the command line names too, which is the user's own word. */
function namedBy(
  plugins: readonly Unnamed[],
  layers: readonly Layer[],
  based: Layer | undefined,
): readonly NamedPlugin[] {
  const texts = layers.map(({ source, value }) => ({ source, texts: new Set(textsIn(value)) }));
  return plugins.flatMap((plugin) => {
    const sources = texts.filter((layer) => layer.texts.has(plugin.use)).map(({ source }) => source);
    // Who says where paths start says what they lead to.
    const files = based === undefined ? sources : [...sources, based.source];
    return sources.includes(SET_SOURCE) ? [] : [{ ...plugin, namedBy: files }];
  });
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Checks the fields and fills in their defaults. */
function checkConfig(merged: Tree, written: readonly Layer[]): Checked<RunConfig> {
  const checked = checkSchema(configSchema, merged);
  const others = [...written.flatMap((layer) => notJson(layer.value)), ...metricProblems(merged)];
  if (others.length === 0) return checked;
  return { problems: [...others, ...('problems' in checked ? checked.problems : [])] };
}

/** One error for all problems; a leak alone has a code of its own. */
function invalid(merged: Tree, problems: readonly Problem[], place: (path: string) => string): AslError {
  const leak = leakOf(merged);
  if (leak !== undefined && problems.every((problem) => problem.where === LEAK_PATH)) {
    return new AslError('ASL_CONFIG_LEAK', leak.message, { where: place(LEAK_PATH), ...leak.details });
  }
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new AslError('ASL_CONFIG_INVALID', `the config has ${count}`, {
    problems: problems.map((problem) => ({ ...problem, where: place(problem.where) })),
  });
}

const LEAK_PATH = 'proxy.reward.split';

function leakOf(merged: Tree): { readonly message: string; readonly details: ErrorDetails } | undefined {
  const proxy = merged.proxy;
  const reward = isTree(proxy) ? proxy.reward : undefined;
  const split = isTree(reward) ? reward.split : undefined;
  if (typeof split !== 'string' || split === 'train') return undefined;
  return {
    message:
      'a search that takes its reward on the images it is reported on reports its own training: val must stay unseen',
    details: {
      expected: '"train": the reward is taken on training images held out for it (proxy.reward.fraction)',
      received: JSON.stringify(split),
      remedy: 'remove proxy.reward.split',
    },
  };
}

/** `searcher.rounds (asl.config.json)`: the path and the last source that says something there. */
function withSource(path: string, written: readonly Layer[], cwd: string): string {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  let best: { readonly source: string; readonly depth: number } | undefined;
  for (const { source, value } of written) {
    const depth = depthOf(value, keys);
    if (depth > 0 && depth >= (best?.depth ?? 0)) best = { source, depth };
  }
  const source = best?.source ?? written.findLast((layer) => layer.source !== SET_SOURCE)?.source;
  if (source === undefined) return path;
  return `${path} (${source === SET_SOURCE ? source : relative(cwd, source)})`;
}

function depthOf(value: unknown, keys: readonly string[]): number {
  const [key, ...rest] = keys;
  if (key === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return 0;
  return 1 + depthOf((value as Readonly<Record<string, unknown>>)[key], rest);
}

function noConfig(cwd: string): AslError {
  return new AslError('ASL_CONFIG_NOT_FOUND', 'no config was found', {
    where: cwd,
    expected: `one of ${CONFIG_NAMES}, here or above within the project`,
    remedy: 'write asl.config.json with { "metric": "miou" }, name a file, or pass --set metric=miou',
  });
}
