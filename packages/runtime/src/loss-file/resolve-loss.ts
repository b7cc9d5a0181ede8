import { dirname, resolve } from 'node:path';
import { namedPlugins, refuseForeignCode } from '@auto-seg-loss/config';
import { publishedLosses, readFormula } from '@auto-seg-loss/formula';
import { AslError, type PluginUse } from '@auto-seg-loss/kernel';
import type { LossFile } from '@auto-seg-loss/loss-file';
import type { Loss } from '@auto-seg-loss/ops';
import type { RunContext } from '@auto-seg-loss/plugin-host';
import { checkPlugin, loadPlugin, type MetricOptions, optionsOf } from '@auto-seg-loss/plugin-host';
import { didYouMean } from '@auto-seg-loss/schema';
import { type OpenedLoss, openLossFile } from './open-loss-file.ts';
import { usedFrom } from './plugin-paths.ts';
import { readLossFile } from './read-loss-file.ts';

/** What may be asked of a loss besides its name. */
export interface LossRequest {
  readonly context: RunContext;
  /** Where the relative path of a loss file starts; the process's working folder by default. */
  readonly cwd?: string;
  /** Losses by names of the config's own. */
  readonly named?: Readonly<Record<string, readonly PluginUse[]>>;
  /** The metric that the loss must be of; a rival is of none, and passes. */
  readonly metric?: string;
  /** Options that replace those the loss was found with, such as `{ tolerance: 2 }`; a metric takes those that it has. */
  readonly metricOptions?: MetricOptions;
}

/** A loss by the name that commands take. */
export interface ResolvedLoss {
  /** As given. */
  readonly spec: string;
  readonly loss: Loss;
  /** The searched or published loss that it is; undefined for a rival. */
  readonly searched: OpenedLoss | undefined;
  /** Of the request's `metricOptions`, those that the loss has not. */
  readonly unused: readonly string[];
}

const PUBLISHED = 'published:';

/**
 * Finds the loss that a name means: one of the config's `losses`; `published:miou`; the path of a loss file (it ends in
 * .json); or a loss plugin (`cross-entropy`), or several whose values are added (`cross-entropy+dice`). Needs no engine until
 * its value is taken.
 * @throws AslError ASL_LOSS_INVALID, ASL_LOSS_MISMATCH, ASL_PLUGIN_NOT_FOUND, ASL_OPTIONS_INVALID.
 */
export async function resolveLoss(spec: string, request: LossRequest): Promise<ResolvedLoss> {
  const uses = usesOf(spec, request);
  if (uses !== undefined) {
    const unused = Object.keys(request.metricOptions ?? {});
    return { spec, loss: await rivalLoss(spec, uses, request.context), searched: undefined, unused };
  }
  const searched = await openSearchedLoss(spec, request);
  const { relaxedLoss } = await import('@auto-seg-loss/relaxed');
  const loss = relaxedLoss(searched.metric, searched.curves, { name: spec, absent: searched.file.absent });
  return { spec, loss, searched, unused: searched.unused };
}

/** Whether a name means curves (published or from a file), not a rival. */
export function isSearched(spec: string): boolean {
  return spec.startsWith(PUBLISHED) || spec.endsWith('.json');
}

/** Opens a loss file or a published loss, loading no tensor library. @throws as `resolveLoss`. */
export async function openSearchedLoss(
  spec: string,
  request: LossRequest,
): Promise<OpenedLoss & Pick<ResolvedLoss, 'unused'>> {
  const { context } = request;
  const file = spec.startsWith(PUBLISHED)
    ? await publishedFile(spec.slice(PUBLISHED.length), context)
    : await fileFor(spec, request);
  if (request.metric !== undefined && file.metric.use !== request.metric) {
    throw new AslError('ASL_LOSS_MISMATCH', 'the loss is of another metric than asked for', {
      where: spec,
      expected: `a loss of the metric "${request.metric}"`,
      received: `one of "${file.metric.use}"`,
    });
  }
  const asked = request.metricOptions ?? {};
  const { plugin } = await loadPlugin('metric', file.metric.use, context, `metric in ${spec}`);
  const own = optionsOf(plugin, asked);
  const opened = await openLossFile({ ...file, metric: { ...file.metric, ...own } }, spec, context);
  return { ...opened, unused: Object.keys(asked).filter((name) => !(name in own)) };
}

/**
 * A loss file, with its relative paths, which start at its own folder, as the context has them.
 * @throws AslError ASL_NOT_TRUSTED for one that names code and is not the user's own.
 */
async function fileFor(spec: string, { context, cwd = process.cwd() }: LossRequest): Promise<LossFile> {
  const { baseDir, allowCode = false } = context;
  const path = resolve(cwd, spec);
  const file = await readLossFile(path);
  const named = (use: PluginUse): PluginUse => usedFrom(use, dirname(path), baseDir);
  const parts = {
    metric: named(file.metric),
    surrogate: named(file.surrogate),
    constraints: file.constraints.map(named),
  };
  await refuseForeignCode({ kind: 'product', plugins: namedPlugins(parts, path), baseDir, cwd, allowCode });
  return { ...file, ...parts };
}

/** A published loss as a loss file. @throws AslError ASL_LOSS_INVALID for a metric that none was published for. */
async function publishedFile(name: string, context: RunContext): Promise<LossFile> {
  const published = publishedLosses[name];
  if (published === undefined) {
    const names = Object.keys(publishedLosses);
    const remedy = didYouMean(name, names);
    throw new AslError('ASL_LOSS_INVALID', `no loss was published for "${name}"`, {
      where: `${PUBLISHED}${name}`,
      expected: names.map((each) => `${PUBLISHED}${each}`).join(', '),
      received: `${PUBLISHED}${name}`,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
  const metricUse = { use: published.metric, ...published.options };
  const plugin = await checkPlugin({ kind: 'metric', use: metricUse, where: `${PUBLISHED}${name}` }, context);
  const { slots } = readFormula(await plugin.make(context));
  return {
    format: 'auto-seg-loss/1',
    metric: metricUse,
    surrogate: { use: 'bezier', pieces: published.pieces },
    constraints: [{ use: 'truth-table' }, { use: 'monotonicity' }],
    absent: 'zero',
    curves: published.curves.map((points, index) => ({ name: slots[index]?.name ?? `curve ${index}`, points })),
  };
}

/** The plugins whose losses a name adds; undefined for curves. */
export function usesOf(spec: string, { named = {} }: Pick<LossRequest, 'named'>): readonly PluginUse[] | undefined {
  if (Object.hasOwn(named, spec)) return named[spec];
  return isSearched(spec) ? undefined : spec.split('+').map((use) => ({ use }));
}

async function rivalLoss(spec: string, uses: readonly PluginUse[], context: RunContext): Promise<Loss> {
  const losses: Loss[] = [];
  for (const use of uses) {
    const plugin = await checkPlugin({ kind: 'loss', use, where: `the loss "${spec}"` }, context);
    losses.push(await plugin.make(context));
  }
  const [first, ...more] = losses;
  if (first === undefined) throw new TypeError('splitting text gives at least one part');
  if (more.length === 0) return first;
  const { sumOfLosses } = await import('./sum-of-losses.ts');
  return sumOfLosses(spec, losses);
}
