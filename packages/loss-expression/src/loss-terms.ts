import { dirname } from 'node:path';
import { isPath, pluginsIn, type WeightedLoss } from '@auto-seg-loss/config';
import { AslError, canonicalJson, type Json, type PluginUse } from '@auto-seg-loss/kernel';
import { isThere, locateTerms, type Place } from './locate-terms.ts';
import { type LossPart, type LossTerm, partContent } from './loss-part.ts';
import type { LossRequest } from './loss-request.ts';
import { checkWeight, parseExpression, type WrittenTerm } from './parse-expression.ts';

/**
 * The terms of the loss that a name or a sum of names means, in the one order in which their values are added: equal sums have
 * equal terms, whatever the order in which they are written, and what is named twice is one term with both weights.
 * @throws AslError ASL_LOSS_INVALID for what is no sum, a weight that is not above 0, and a loss file that is none.
 */
export async function lossTerms(spec: string, request: LossRequest): Promise<readonly LossTerm[]> {
  return mergedTerms(await termsOf(spec, scopeOf(spec, request)), spec);
}

/** The sum as it is written, in which a file of several terms is one. @throws AslError ASL_LOSS_INVALID for what is no sum. */
export function writtenTerms(spec: string, request: LossRequest): readonly WrittenTerm[] {
  return readSum(spec, scopeOf(spec, request));
}

function scopeOf(spec: string, { context, cwd = process.cwd(), from = cwd, named = {} }: LossRequest): Scope {
  return { place: { from, context }, named, where: spec, ofConfig: false };
}

function readSum(text: string, { place, named, where }: Scope): readonly WrittenTerm[] {
  return parseExpression(text, (name) => Object.hasOwn(named, name) || isThere(name, place), where);
}

/** @param where what they are of, for messages. */
export function mergedTerms(terms: readonly LossTerm[], where: string): readonly LossTerm[] {
  const merged = new Map<string, LossTerm>();
  for (const term of terms) {
    const key = partKey(term.part);
    const weight = term.weight + (merged.get(key)?.weight ?? 0);
    checkWeight(weight, `${weight}, of "${term.name}"`, where);
    merged.set(key, { ...term, weight });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, term]) => term);
}

/** The same for parts that are one loss. */
export function partKey(part: LossPart): string {
  return canonicalJson([partContent(part), folderOf(part)]);
}

/** What a loss is, as far as trainings with it depend on it: the same for equal sums, wherever their files lie. */
export async function lossContent(spec: string, request: LossRequest): Promise<Json> {
  const terms = await lossTerms(spec, request);
  const [first, ...more] = terms.map(({ weight, part }): Json => {
    const content = partContent(part);
    return weight === 1 ? content : { weight, loss: content };
  });
  // Of a single searched loss, its own.
  const alone = more.length === 0 && terms[0]?.part.kind !== 'plugin' && terms[0]?.weight === 1;
  return alone ? (first as Json) : [first as Json, ...more];
}

/** Files of one content are two losses where they name plugins by paths that start at their folders. */
function folderOf(part: LossPart): string {
  if (part.kind === 'published' || part.path === undefined) return '';
  return pluginsIn(partContent(part)).some(({ use }) => isPath(use)) ? dirname(part.path) : '';
}

interface Scope {
  readonly place: Place;
  readonly named: Readonly<Record<string, readonly WeightedLoss[]>>;
  /** What the text is, for messages. */
  readonly where: string;
  /** Whether a config says it, not the command line. */
  readonly ofConfig: boolean;
}

async function termsOf(text: string, scope: Scope): Promise<readonly LossTerm[]> {
  const { named } = scope;
  const terms: LossTerm[] = [];
  for (const { weight, name } of readSum(text, scope)) {
    const own = Object.hasOwn(named, name) ? named[name] : undefined;
    const parts = own === undefined ? await locatedTerms(name, scope) : await namedTerms(name, own, scope);
    for (const part of parts) terms.push({ ...part, weight: weight * part.weight });
  }
  return terms;
}

async function locatedTerms(name: string, { place, where, ofConfig }: Scope): Promise<readonly LossTerm[]> {
  const terms = await locateTerms(name, place);
  // Whose code runs is asked of what stands in a config as `use`.
  const isPlugin = terms.some(({ part }) => part.kind === 'plugin' && part.path === undefined);
  if (ofConfig && isPlugin && isPath(name)) throw pathInText(name, where);
  return terms;
}

/** A loss of the config's own. Its name means itself no more in what it is made of, so that no loss is made of itself. */
async function namedTerms(name: string, made: readonly WeightedLoss[], scope: Scope): Promise<readonly LossTerm[]> {
  const { [name]: _itself, ...named } = scope.named;
  const { context } = scope.place;
  const inner: Scope = { place: { from: context.baseDir, context }, named, where: `losses.${name}`, ofConfig: true };
  const terms: LossTerm[] = [];
  for (const { loss, weight } of made) {
    const parts = typeof loss === 'string' ? await termsOf(loss, inner) : await usedTerms(loss, inner.place);
    for (const part of parts) {
      // An only part is known by the name that the config gives it.
      terms.push({
        ...part,
        name: made.length === 1 && parts.length === 1 ? name : part.name,
        weight: weight * part.weight,
      });
    }
  }
  return terms;
}

async function usedTerms(use: PluginUse, place: Place): Promise<readonly LossTerm[]> {
  const plain = Object.keys(use).length === 1 && isPath(use.use);
  return plain ? locateTerms(use.use, place) : [{ weight: 1, name: use.use, part: { kind: 'plugin', use } }];
}

function pathInText(name: string, where: string): AslError {
  return new AslError('ASL_CONFIG_INVALID', 'a sum in a config names a plugin by its path', {
    where,
    expected: 'the path as "use", in a list of losses with weights',
    received: `"${name}"`,
    remedy: `write {"loss": {"use": "${name}"}, "weight": 1}`,
  });
}
