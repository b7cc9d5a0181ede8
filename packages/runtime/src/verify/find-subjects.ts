import { extname, resolve } from 'node:path';
import { loadConfig } from '@auto-seg-loss/config';
import { readTextInput } from '@auto-seg-loss/files';
import { AslError, PLUGIN_KINDS, type PluginKind, type PluginUse } from '@auto-seg-loss/kernel';
import { lossTerms } from '@auto-seg-loss/loss-expression';
import {
  checkRangedLoss,
  importPlugin,
  installedPlugins,
  locatePlugin,
  pluginContext,
} from '@auto-seg-loss/plugin-host';
import { didYouMean } from '@auto-seg-loss/schema';
import { lossSubjects } from './loss-subjects.ts';
import { pluginSubject } from './plugin-subject.ts';
import type { Subject, SubjectKind } from './subject.ts';

export interface SubjectRequest {
  /** Plugin names, modules or folders of plugins, losses and sums of them, configs. Empty: every installed plugin. */
  readonly targets: readonly string[];
  /** Only what is of this kind. */
  readonly kind?: SubjectKind;
  /** Options of the plugins that are named. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly cwd: string;
  /** Whether configs may be code, and files from elsewhere may name code. */
  readonly allowCode?: boolean;
}

/**
 * What is to be verified.
 * @throws AslError ASL_PLUGIN_NOT_FOUND with the nearest names, and what reading plugins, losses and configs throws.
 */
export async function findSubjects(request: SubjectRequest): Promise<readonly Subject[]> {
  const { targets, kind, cwd } = request;
  const found =
    targets.length === 0
      ? await allPlugins(request)
      : await Promise.all(targets.map((target) => ofTarget(target, request)));
  const subjects = found.flat().filter((subject) => kind === undefined || subject.kind === kind);
  if (subjects.length > 0) return subjects;
  throw new AslError('ASL_PLUGIN_NOT_FOUND', 'there is nothing to verify', {
    where: cwd,
    expected: kind === undefined ? 'installed plugins' : `something of kind "${kind}"`,
    ...(targets.length === 0 ? {} : { received: targets.join(', ') }),
  });
}

async function ofTarget(target: string, request: SubjectRequest): Promise<readonly Subject[]> {
  const { cwd, options = {}, allowCode = false } = request;
  const context = pluginContext(cwd, { allowCode });
  if (await isConfig(target, cwd)) return ofConfig(target, request);
  const terms = await lossTerms(target, { context, cwd });
  const [term] = terms;
  const part = terms.length === 1 && term?.weight === 1 ? term.part : undefined;
  // What a loss file names is a loss; a name may be that of another plugin.
  if (part?.kind !== 'plugin' || part.path !== undefined) return lossSubjects(target, cwd, context);
  const shared = { context, vary: true, where: 'asl verify' };
  const path = pathOf(target);
  if (path !== undefined) {
    const kind = await kindOfModule(path, target, cwd);
    return [await pluginSubject({ ...shared, kind, use: { use: path, ...options } as PluginUse, target: [path] })];
  }
  const kinds = await kindsNamed(target, request);
  return Promise.all(
    kinds.map(({ kind, use }) =>
      pluginSubject({
        ...shared,
        kind,
        use: { use, ...options } as PluginUse,
        // A name may be one of several kinds: dice is a metric and a loss.
        target: [target, '--kind', kind],
      }),
    ),
  );
}

const MODULES = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];

/** A target that is a path, in the form in which a config would have it. */
function pathOf(target: string): string | undefined {
  if (target.startsWith('@')) return undefined;
  if (!target.includes('/') && !MODULES.includes(extname(target)) && target !== '.' && target !== '..')
    return undefined;
  return /^\.{0,2}\//.test(target) || target === '.' || target === '..' ? target : `./${target}`;
}

/** Of configs and loss files. */
const MOST_BYTES = 2 ** 20;

/** JSON and YAML files are configs, but for loss files, which say so themselves. */
async function isConfig(target: string, cwd: string): Promise<boolean> {
  if (['.yaml', '.yml'].includes(extname(target))) return true;
  if (extname(target) !== '.json') return false;
  const text = await readTextInput(resolve(cwd, target), MOST_BYTES).catch(() => '');
  return text !== '' && !/"format"\s*:\s*"auto-seg-loss\//.test(text);
}

async function ofConfig(target: string, { cwd, allowCode = false, kind }: SubjectRequest): Promise<readonly Subject[]> {
  const loaded = await loadConfig({ file: target, cwd, allowCode });
  const { config, baseDir } = loaded;
  const home = pluginContext(baseDir, loaded);
  const losses = [
    ...config.mix.map((use, index) => ({ use, where: `mix[${index}]` })),
    ...(config.searchSpace === null ? [] : [{ use: config.searchSpace, where: 'searchSpace' }]),
  ];
  // With options as they usually are: ranges are no options.
  const usual = await Promise.all(
    losses.map(async (each) => ['loss', (await checkRangedLoss(each, home)).plugin.use, each.where] as const),
  );
  const uses: readonly (readonly [PluginKind, PluginUse, string])[] = [
    ...(config.metric === null ? [] : [['metric', config.metric, 'metric'] as const]),
    ...(config.metrics ?? []).map((metric, index) => ['metric', metric, `metrics[${index}]`] as const),
    ...(config.formula === null ? [] : [['metric', config.formula, 'formula'] as const]),
    ...config.guards.map(({ metric }, index) => ['metric', metric, `guards[${index}].metric`] as const),
    ...config.report.metrics.map((use, index) => ['metric', use, `report.metrics[${index}]`] as const),
    ['surrogate', config.surrogate, 'surrogate'],
    ...config.constraints.map((use, index) => ['constraint', use, `constraints[${index}]`] as const),
    ['searcher', config.searcher, 'searcher'],
    ['dataset', config.dataset, 'dataset'],
    ['network', config.network, 'network'],
    ['executor', config.executor, 'executor'],
    ...config.decode.map((use, index) => ['decoder', use, `decode[${index}]`] as const),
    ...(config.proxy.network === null ? [] : [['network', config.proxy.network, 'proxy.network'] as const]),
    ...usual,
  ];
  const different = [...new Map(uses.map((each) => [JSON.stringify(each.slice(0, 2)), each])).values()];
  return Promise.all(
    different
      .filter(([each]) => kind === undefined || each === kind)
      .map(([each, use, where]) =>
        pluginSubject({ kind: each, use, where, target: [target, '--kind', each], vary: false, context: home }),
      ),
  );
}

async function kindOfModule(path: string, target: string, cwd: string): Promise<PluginKind> {
  const location = await locatePlugin('metric', path, cwd);
  if (location === undefined) {
    throw new AslError('ASL_PLUGIN_NOT_FOUND', `"${target}" was not found`, {
      where: cwd,
      expected: 'a module file, a folder whose package.json names one, a loss file, a config, or the name of a plugin',
    });
  }
  return (await importPlugin(location, 'asl verify')).kind;
}

/** The kinds of which there is an installed plugin of this name. */
async function kindsNamed(
  name: string,
  { cwd, kind }: SubjectRequest,
): Promise<readonly { readonly kind: PluginKind; readonly use: string }[]> {
  const wanted = kind === 'searched loss' ? undefined : kind;
  const installed = await installedPlugins(cwd);
  const matching = installed.filter((each) => each.name === name || each.package.manifest.name === name);
  const kinds = matching.flatMap((each) => (each.kind === undefined ? [] : [{ kind: each.kind, use: name }]));
  if (kinds.length > 0) return kinds.filter((each) => wanted === undefined || each.kind === wanted);
  // A package whose name does not say its kind.
  const location = await locatePlugin(wanted ?? 'metric', name, cwd);
  if (location !== undefined) return [{ kind: (await importPlugin(location, 'asl verify')).kind, use: name }];
  const names = [...new Set(installed.map((each) => each.name))];
  const remedy = didYouMean(name, names);
  throw new AslError('ASL_PLUGIN_NOT_FOUND', `no plugin named "${name}" was found`, {
    where: cwd,
    expected: `one of the installed: ${names.join(', ') || '(none)'}; or a path, a loss file, a config`,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

async function allPlugins({ cwd }: SubjectRequest): Promise<readonly Subject[][]> {
  const installed = await installedPlugins(cwd);
  const context = pluginContext(cwd);
  const subjects: Subject[] = [];
  for (const kind of PLUGIN_KINDS) {
    for (const each of installed.filter((plugin) => plugin.kind === kind)) {
      const { name } = each;
      const target = [name, '--kind', kind];
      subjects.push(
        await pluginSubject({ kind, use: { use: name }, target, vary: true, context, where: 'asl verify' }),
      );
    }
  }
  return [subjects];
}
