import { dirname } from 'node:path';
import { namedPlugins, refuseForeignCode } from '@auto-seg-loss/config';
import { publishedLosses } from '@auto-seg-loss/formula';
import { AslError, type PluginUse } from '@auto-seg-loss/kernel';
import { type CurvesTerm, isCurvesTerm, type LossFile, plainCurves, publishedLossFile } from '@auto-seg-loss/loss-file';
import { checkPlugin, loadPlugin, optionsOf, type RunContext } from '@auto-seg-loss/plugin-host';
import { didYouMean } from '@auto-seg-loss/schema';
import { termsOfFile } from './locate-terms.ts';
import type { CurvesPart, LossTerm, PluginPart, PublishedPart } from './loss-part.ts';
import type { LossRequest } from './loss-request.ts';
import { lossTerms, mergedTerms, partKey } from './loss-terms.ts';
import { type OpenedCurves, openCurves } from './open-curves.ts';
import { usedFrom } from './plugin-paths.ts';

/** A part with curves, of a search or published. */
export type SearchedPart = PublishedPart | CurvesPart;

/** Curves of a loss with where they are from. */
export interface LocatedLoss extends OpenedCurves {
  /** The whole loss, as its file has it: where it is a sum, the curves are a term of it. */
  readonly file: LossFile;
  /** Of its file, absolute; undefined for a published loss. */
  readonly path: string | undefined;
}

interface Opened extends LocatedLoss {
  /** Of the options that were asked for, those that its metric has not. */
  readonly unused: readonly string[];
}

/**
 * Opens the curves of a loss file, of the loss in the folder of a search, or of a published loss, loading no tensor library.
 * @param request.metric the metric that the curves must be of.
 * @throws AslError ASL_LOSS_MISMATCH for a hand-made loss, a sum, a file without curves or with several losses of curves, and
 *   a loss of another metric; otherwise as `resolveLoss`.
 */
export async function openSearchedLoss(
  spec: string,
  request: LossRequest & { readonly metric?: string },
): Promise<Opened> {
  const terms = await lossTerms(spec, request);
  const term = searchedIn(terms);
  if (term === undefined) {
    throw new AslError('ASL_LOSS_MISMATCH', 'this takes a single searched loss', {
      where: spec,
      expected: 'a loss with curves of its own: published:NAME, a loss file, or the folder of a search',
      received: receivedIn(terms),
    });
  }
  return openPart(term, request, {}, request.metric);
}

/** The curves of the loss that a text means, as `openSearchedLoss` opens them; undefined where there are none, or too many. */
export async function searchedTerm(spec: string, request: LossRequest): Promise<SearchedTerm | undefined> {
  return searchedIn(await lossTerms(spec, request));
}

type SearchedTerm = LossTerm & { readonly part: SearchedPart };

function searchedIn(terms: readonly LossTerm[]): SearchedTerm | undefined {
  const [term, ...more] = terms.filter(hasCurves);
  return term === undefined || more.length > 0 || !isWhole(term, terms) ? undefined : term;
}

function hasCurves(term: LossTerm): term is SearchedTerm {
  return term.part.kind !== 'plugin';
}

/** Whether the terms are one published loss or those of one file, with its own weights. */
function isWhole({ part, name }: SearchedTerm, terms: readonly LossTerm[]): boolean {
  if (part.kind === 'published') return terms.length === 1 && terms[0]?.weight === 1;
  const own = mergedTerms(termsOfFile(part.file, part.path, name), name);
  const keys = (all: readonly LossTerm[]): string =>
    JSON.stringify(all.map((each) => [partKey(each.part), each.weight]));
  return keys(own) === keys(terms);
}

function receivedIn(terms: readonly LossTerm[]): string {
  if (terms.some(hasCurves)) return 'a sum of losses';
  return terms.length === 1 ? 'a hand-made loss' : 'a sum of hand-made losses';
}

/**
 * Opens the curves of a term.
 * @param options of the metric, in place of those that the loss was found with; all of them are the metric's.
 * @param wanted the metric that the loss must be of.
 */
export async function openPart(
  { name, part }: SearchedTerm,
  request: LossRequest,
  options: Readonly<Record<string, unknown>>,
  wanted?: string,
): Promise<Opened> {
  const { context, metricOptions = {} } = request;
  const { file, term } = await ownTerm(part, request);
  if (wanted !== undefined && term.metric.use !== wanted) {
    throw new AslError('ASL_LOSS_MISMATCH', 'the loss is of another metric than asked for', {
      where: name,
      expected: `a loss of the metric "${wanted}"`,
      received: `one of "${term.metric.use}"`,
    });
  }
  const { plugin } = await loadPlugin('metric', term.metric.use, context, `metric in ${name}`);
  const own = optionsOf(plugin, metricOptions);
  const metric = { ...term.metric, ...own, ...options } as PluginUse;
  const opened = await openCurves({ ...term, metric }, placeOf(file, part, name), context);
  const path = part.kind === 'curves' ? part.path : undefined;
  return { ...opened, file, path, unused: Object.keys(metricOptions).filter((option) => !(option in own)) };
}

/** Where curves stand, for messages: of a file with other terms, in which of them. */
function placeOf(file: LossFile, part: SearchedPart, name: string): string {
  if (part.kind === 'published' || plainCurves(file) !== undefined) return name;
  return `terms[${file.terms.indexOf(part.term)}] of ${name}`;
}

/**
 * A term with curves, with its relative paths, which start at its file's own folder, as the context has them.
 * @throws AslError ASL_NOT_TRUSTED for one that names code and is not the user's own.
 */
export async function ownTerm(
  part: SearchedPart,
  request: Pick<LossRequest, 'context' | 'cwd'>,
): Promise<{ readonly file: LossFile; readonly term: CurvesTerm }> {
  if (part.kind === 'published') {
    const file = await publishedFile(part.metric, request.context);
    return { file, term: file.terms.filter(isCurvesTerm)[0] as CurvesTerm };
  }
  const { path, file, term } = part;
  const { metric, surrogate, constraints } = term;
  const named = await namedFrom(path, { metric, surrogate, constraints }, request);
  return { file, term: { ...term, ...named } };
}

/**
 * A hand-made loss, with its relative paths as the context has them: those of a loss file start at its folder.
 * @throws AslError ASL_NOT_TRUSTED for one that a file names by its path, which is not the user's own.
 */
export async function ownUse(
  { use, path }: PluginPart,
  request: Pick<LossRequest, 'context' | 'cwd'>,
): Promise<PluginUse> {
  return path === undefined ? use : (await namedFrom(path, { loss: use }, request)).loss;
}

/** What a loss file names, as the context names it, once it is known that its code may run. */
async function namedFrom<T extends Readonly<Record<string, PluginUse | readonly PluginUse[]>>>(
  path: string,
  named: T,
  { context, cwd = process.cwd() }: Pick<LossRequest, 'context' | 'cwd'>,
): Promise<T> {
  const { baseDir, allowCode = false } = context;
  const moved = usedFrom(named, dirname(path), baseDir);
  await refuseForeignCode({ kind: 'product', plugins: namedPlugins(moved, path), baseDir, cwd, allowCode });
  return moved;
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
