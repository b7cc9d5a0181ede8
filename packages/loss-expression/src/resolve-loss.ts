import { publishedLosses } from '@auto-seg-loss/formula';
import { AslError, isAslError, type PluginUse } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { checkPlugin, installedPlugins } from '@auto-seg-loss/plugin-host';
import { didYouMean } from '@auto-seg-loss/schema';
import type { LossTerm } from './loss-part.ts';
import type { LossRequest } from './loss-request.ts';
import { lossTerms, writtenTerms } from './loss-terms.ts';
import { type LocatedLoss, openPart, ownUse } from './open-searched-loss.ts';
import type { WrittenTerm } from './parse-expression.ts';
import { optionsOfTerms, type SetOptions } from './set-options.ts';

/** A loss by the name that commands take. */
export interface ResolvedLoss {
  /** As given. */
  readonly spec: string;
  readonly loss: Loss;
  /** The sum as it was written: what a file holds is one term. */
  readonly written: readonly WrittenTerm[];
  /** What the loss is the sum of, in the order in which values are added. */
  readonly terms: readonly ResolvedTerm[];
  /** Of the request's `metricOptions`, those that no term has. */
  readonly unused: readonly string[];
}

export type ResolvedTerm = {
  readonly weight: number;
  /** As it was written. */
  readonly name: string;
  readonly loss: Loss;
} & (Searched | HandMade);

interface Searched {
  /** The curves of the searched or published loss that it is. */
  readonly searched: LocatedLoss;
  readonly use: undefined;
}

interface HandMade {
  readonly searched: undefined;
  /** Its plugin, with the options that were given. */
  readonly use: PluginUse;
}

/**
 * Finds the loss that a text means: one of the config's `losses`; `published:miou`; the path of a loss file (it ends in .json)
 * or of the folder of a search; a loss plugin (`cross-entropy`); or a sum of them with weights (`0.75*runs/a+0.25*dice`).
 * Needs no engine until its value is taken.
 * @throws AslError ASL_LOSS_INVALID, ASL_LOSS_MISMATCH, ASL_PLUGIN_NOT_FOUND, ASL_OPTIONS_INVALID, ASL_NOT_TRUSTED; ASL_USAGE
 *   for an option that no term has.
 */
export async function resolveLoss(spec: string, request: LossRequest): Promise<ResolvedLoss> {
  const summed = await lossTerms(spec, request);
  const written = writtenTerms(spec, request);
  const options = await optionsOfTerms(summed, request.options ?? [], request);
  const terms: ResolvedTerm[] = [];
  let unused: readonly string[] = Object.keys(request.metricOptions ?? {});
  for (const [index, term] of summed.entries()) {
    const resolved = await resolveTerm(spec, term, request, options[index] ?? {});
    terms.push(resolved);
    unused = unused.filter((option) => resolved.unused.includes(option));
  }
  const [first, ...more] = terms;
  if (first === undefined) throw new TypeError('a sum has at least one term');
  if (more.length === 0 && first.weight === 1) return { spec, written, loss: first.loss, terms, unused };
  const { weightedSum } = await import('@auto-seg-loss/ops');
  return { spec, written, loss: weightedSum(spec, terms), terms, unused };
}

async function resolveTerm(
  spec: string,
  term: LossTerm,
  request: LossRequest,
  options: SetOptions,
): Promise<ResolvedTerm & { readonly unused: readonly string[] }> {
  const { weight, name, part } = term;
  const { context, metricOptions = {} } = request;
  if (part.kind === 'plugin') {
    const use: PluginUse = { ...(await ownUse(part, request)), ...options };
    const where = name === spec ? `the loss "${spec}"` : `the loss "${name}" in "${spec}"`;
    const plugin = await checkPlugin({ kind: 'loss', use, where }, context).catch(async (error: unknown) => {
      // A loss file names plugins alone.
      throw part.path === undefined ? await withNames(error, name, request) : error;
    });
    const loss = await plugin.make(context);
    return { weight, name, loss, searched: undefined, use: plugin.use, unused: Object.keys(metricOptions) };
  }
  const { unused, ...searched } = await openPart({ ...term, part }, request, options);
  const { relaxedLoss } = await import('@auto-seg-loss/relaxed');
  const { absent, temperature } = searched.term;
  const loss = relaxedLoss(searched.metric, searched.curves, { name, absent, temperature });
  return { weight, name, loss, searched, use: undefined, unused };
}

/** An unknown name may be a mistyped one of the config, or of a published loss. */
async function withNames(error: unknown, name: string, { context, named = {} }: LossRequest): Promise<unknown> {
  if (!isAslError(error) || error.code !== 'ASL_PLUGIN_NOT_FOUND') return error;
  const installed = await installedPlugins(context.packagesFrom ?? context.baseDir);
  const plugins = installed.flatMap((each) => (each.kind === 'loss' ? [each.name] : []));
  const own = Object.keys(named);
  const published = Object.keys(publishedLosses).map((each) => `published:${each}`);
  const remedy = didYouMean(name, [...own, ...plugins, ...published]);
  const { expected, ...details } = error.details;
  const others = [
    ...(own.length === 0 ? [] : [`the config's ${own.join(', ')}`]),
    'published:NAME',
    'a loss file',
    'the folder of a search',
  ];
  return new AslError(error.code, error.message, {
    ...details,
    expected: [...(expected === undefined ? [] : [expected]), ...others].join('; '),
    ...(remedy === undefined ? {} : { remedy }),
  });
}
