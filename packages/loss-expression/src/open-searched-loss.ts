import { dirname } from 'node:path';
import { namedPlugins, refuseForeignCode } from '@auto-seg-loss/config';
import { publishedLosses } from '@auto-seg-loss/formula';
import { AslError, type PluginUse } from '@auto-seg-loss/kernel';
import { type LossFile, publishedLossFile } from '@auto-seg-loss/loss-file';
import { checkPlugin, loadPlugin, optionsOf, type RunContext } from '@auto-seg-loss/plugin-host';
import { didYouMean } from '@auto-seg-loss/schema';
import type { LossPart, LossTerm } from './loss-part.ts';
import type { LossRequest } from './loss-request.ts';
import { lossTerms } from './loss-terms.ts';
import { type OpenedLoss, openLossFile } from './open-loss-file.ts';
import { usedFrom } from './plugin-paths.ts';

/** A part with curves, of a search or published. */
export type SearchedPart = Exclude<LossPart, { kind: 'plugin' }>;

/** A searched loss with where it is from. */
export interface LocatedLoss extends OpenedLoss {
  /** Of its file, absolute; undefined for a published loss. */
  readonly path: string | undefined;
}

interface Opened extends LocatedLoss {
  /** Of the options that were asked for, those that its metric has not. */
  readonly unused: readonly string[];
}

/**
 * Opens a loss file, the loss in the folder of a search, or a published loss, loading no tensor library.
 * @param request.metric the metric that the loss must be of.
 * @throws AslError ASL_LOSS_MISMATCH for a hand-made loss, a sum, and a loss of another metric; otherwise as `resolveLoss`.
 */
export async function openSearchedLoss(
  spec: string,
  request: LossRequest & { readonly metric?: string },
): Promise<Opened> {
  const [term, ...more] = await lossTerms(spec, request);
  if (term === undefined || more.length > 0 || term.weight !== 1 || term.part.kind === 'plugin') {
    throw new AslError('ASL_LOSS_MISMATCH', 'this takes a single searched loss', {
      where: spec,
      expected: 'a loss with curves of its own: published:NAME, a loss file, or the folder of a search',
      received: term?.part.kind === 'plugin' && more.length === 0 ? 'a hand-made loss' : 'a sum of losses',
    });
  }
  return openPart(term, request, {}, request.metric);
}

/**
 * @param options of the metric, in place of those that the loss was found with; all of them are the metric's.
 * @param wanted the metric that the loss must be of.
 */
export async function openPart(
  { name, part }: LossTerm & { readonly part: LossPart },
  request: LossRequest,
  options: Readonly<Record<string, unknown>>,
  wanted?: string,
): Promise<Opened> {
  const { context, metricOptions = {} } = request;
  const file = await fileOf(part as SearchedPart, request);
  if (wanted !== undefined && file.metric.use !== wanted) {
    throw new AslError('ASL_LOSS_MISMATCH', 'the loss is of another metric than asked for', {
      where: name,
      expected: `a loss of the metric "${wanted}"`,
      received: `one of "${file.metric.use}"`,
    });
  }
  const { plugin } = await loadPlugin('metric', file.metric.use, context, `metric in ${name}`);
  const own = optionsOf(plugin, metricOptions);
  const metric = { ...file.metric, ...own, ...options } as PluginUse;
  const opened = await openLossFile({ ...file, metric }, name, context);
  const path = part.kind === 'file' ? part.path : undefined;
  return { ...opened, path, unused: Object.keys(metricOptions).filter((option) => !(option in own)) };
}

/**
 * A loss file, with its relative paths, which start at its own folder, as the context has them.
 * @throws AslError ASL_NOT_TRUSTED for one that names code and is not the user's own.
 */
export async function fileOf(
  part: SearchedPart,
  { context, cwd = process.cwd() }: Pick<LossRequest, 'context' | 'cwd'>,
): Promise<LossFile> {
  if (part.kind === 'published') return publishedFile(part.metric, context);
  const { baseDir, allowCode = false } = context;
  const { path, file } = part;
  const named = (use: PluginUse): PluginUse => usedFrom(use, dirname(path), baseDir);
  const parts = {
    metric: named(file.metric),
    surrogate: named(file.surrogate),
    constraints: file.constraints.map(named),
  };
  await refuseForeignCode({ kind: 'product', plugins: namedPlugins(parts, path), baseDir, cwd, allowCode });
  return { ...file, ...parts };
}

/** A published loss as a loss file. */
async function publishedFile(name: string, context: RunContext): Promise<LossFile> {
  const published = publishedOf(name);
  const use = { use: published.metric, ...published.options };
  const plugin = await checkPlugin({ kind: 'metric', use, where: `published:${name}` }, context);
  return publishedLossFile(published, await plugin.make(context));
}

/** @throws AslError ASL_LOSS_INVALID for a metric that no loss was published for. */
function publishedOf(name: string): (typeof publishedLosses)[string] {
  const published = Object.hasOwn(publishedLosses, name) ? publishedLosses[name] : undefined;
  if (published !== undefined) return published;
  const names = Object.keys(publishedLosses);
  const remedy = didYouMean(name, names);
  throw new AslError('ASL_LOSS_INVALID', `no loss was published for "${name}"`, {
    where: `published:${name}`,
    expected: names.map((each) => `published:${each}`).join(', '),
    received: `published:${name}`,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
