import type { Listing } from './listing.ts';

/** What two folders' names could end with so that they fit. */
export interface SuffixPair {
  readonly first: string;
  readonly second: string;
  /** How many names then have a partner. */
  readonly matches: number;
}

/** So many names are looked at to see what differs; all of them to see whether it helps. */
const LOOKED_AT = 40;

const SEPARATOR = /[_\-. /]/;

/**
 * Suffixes under which the names of two folders fit best, the best first: what is common to two names is the sample's, the rest
 * the suffix. Empty where nothing gives half of the names a partner.
 */
export function proposeSuffixes(first: Listing, second: Listing): readonly SuffixPair[] {
  const candidates = new Map<string, readonly [string, string]>();
  for (const a of first.stems.slice(0, LOOKED_AT)) {
    for (const b of second.stems.slice(0, 4 * LOOKED_AT)) {
      for (const cut of cutsOf(a, b)) candidates.set(`${a.slice(cut)}\0${b.slice(cut)}`, [a.slice(cut), b.slice(cut)]);
    }
  }
  const enough = Math.max(1, Math.min(first.stems.length, second.stems.length) / 4);
  return [...candidates.values()]
    .map(([a, b]) => ({ first: a, second: b, matches: matchesOf(first.stems, a, second.stems, b) }))
    .filter(({ matches }) => matches >= enough)
    .sort((a, b) => b.matches - a.matches || rank(a) - rank(b) || lengthOf(a) - lengthOf(b));
}

/** Where a sample's name may end: where both go on with a separator, or one has ended. */
function cutsOf(a: string, b: string): readonly number[] {
  let common = 0;
  while (common < a.length && common < b.length && a[common] === b[common]) common++;
  const cuts: number[] = [];
  for (let cut = common; cut > 0; cut--) {
    const next = [a[cut], b[cut]];
    if (next.every((letter) => letter === undefined || SEPARATOR.test(letter))) cuts.push(cut);
    // A sample's name in front of the nearest separator is the longest; shorter ones name a group of samples.
    if (cuts.length > 0) break;
  }
  // The name proper must be there: "a/" alone is a folder.
  return cuts.filter((cut) => a[cut - 1] !== '/');
}

function matchesOf(first: readonly string[], a: string, second: readonly string[], b: string): number {
  const keys = new Set(first.filter((stem) => stem.endsWith(a)).map((stem) => stem.slice(0, stem.length - a.length)));
  return second.filter((stem) => stem.endsWith(b) && keys.has(stem.slice(0, stem.length - b.length))).length;
}

/** Among suffixes that fit equally well: pictures for people and numbered objects are not what is scored. */
function rank({ first, second }: SuffixPair): number {
  const text = `${first} ${second}`.toLowerCase();
  if (/colou?r|instance|polygon|vis|overlay/.test(text)) return 2;
  return /trainid/.test(text) ? 0 : 1;
}

function lengthOf({ first, second }: SuffixPair): number {
  return first.length + second.length;
}
