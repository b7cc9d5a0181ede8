import { basename, extname, join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { type Listing, withoutEnding } from './listing.ts';
import type { ListLine } from './read-list.ts';
import { proposeSuffixes } from './suffixes.ts';

/** A file of each of two folders that belong together. */
export interface NamePair {
  /** The name that they share. */
  readonly name: string;
  /** Absolute paths. */
  readonly first: string;
  readonly second: string;
  /** What named the pair, for messages: the line of a list, or the first file itself. */
  readonly origin: string;
}

export interface Pairing {
  readonly pairs: readonly NamePair[];
  /** What was decided on the way, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Pairs the files of two folders: those of equal names, or those that a list names. Where the folders have other subfolders,
 * names count without them, if they are unique.
 * @param lines of a list: names without ending, each alone or with a flag behind it (1, 0 or −1, as PASCAL VOC's lists of a class
 *   have: images of −1 do not show it, and are left out).
 * @throws AslError ASL_DATA_MISSING for a name without a partner, proposing suffixes where they would help; ASL_DATA_INVALID for a
 *   name that a list holds twice.
 */
export function pairNames(first: Listing, second: Listing, lines?: readonly ListLine[]): Pairing {
  const [a, b] = comparable(withoutShared(first, second), second);
  return lines === undefined ? { pairs: pairsOfAll(a, b), notes: [] } : pairsOfLines(a, b, lines, [first, second]);
}

/** A file of a folder that holds both kinds is of the second if its suffix says so. */
function withoutShared(first: Listing, second: Listing): Listing {
  const taken = new Set(second.files.values());
  if (second.suffix === first.suffix || ![...first.files.values()].some((path) => taken.has(path))) return first;
  return { ...first, files: new Map([...first.files].filter(([, path]) => !taken.has(path))) };
}

/** The listings, by names without subfolders where that is what makes them fit. */
function comparable(first: Listing, second: Listing): readonly [Listing, Listing] {
  if ([...first.files.keys()].some((name) => second.files.has(name))) return [first, second];
  const [a, b] = [withoutSubfolders(first), withoutSubfolders(second)];
  if (a === undefined || b === undefined) return [first, second];
  return [...a.files.keys()].some((name) => b.files.has(name)) ? [a, b] : [first, second];
}

function withoutSubfolders(listing: Listing): Listing | undefined {
  const files = new Map([...listing.files].map(([name, path]) => [basename(name), path]));
  return files.size === listing.files.size ? { ...listing, files } : undefined;
}

function pairsOfAll(first: Listing, second: Listing): readonly NamePair[] {
  if (first.files.size === 0) throw nothing(first, second);
  if (second.files.size === 0) throw nothing(second, first);
  const alone = [...first.files].find(([name]) => !second.files.has(name));
  if (alone !== undefined) throw unpaired(alone, first, second);
  const orphan = [...second.files].find(([name]) => !first.files.has(name));
  if (orphan !== undefined) throw unpaired(orphan, second, first);
  return [...first.files].map(([name, path]) => ({
    name,
    first: path,
    second: second.files.get(name) ?? '',
    origin: path,
  }));
}

/** The name of a sample in a listing, by what a list may call it. */
type KeyOf = (name: string) => string | undefined;

interface NamedLine extends ListLine {
  readonly name: string;
  readonly flag: number | undefined;
}

/** @param nested the listings with their subfolders, which a list may name where pairs are found without them. */
function pairsOfLines(
  first: Listing,
  second: Listing,
  lines: readonly ListLine[],
  nested: readonly Listing[],
): Pairing {
  const keyOf = (name: string): string | undefined => {
    if (first.files.has(name)) return name;
    const flat = !nested.includes(first) && nested.some(({ files }) => files.has(name));
    return flat && first.files.has(basename(name)) ? basename(name) : undefined;
  };
  const prefix = foreignPrefix(first, lines[0]?.text, keyOf);
  const named = lines.map((line) => nameOf(first, line, prefix, keyOf));
  const left = named.filter(({ flag }) => flag === -1);
  const seen = new Map<string, string>();
  const pairs = named
    .filter(({ flag }) => flag !== -1)
    .map(({ name, where }) => {
      const before = seen.get(name);
      if (before !== undefined) throw twice(before, where, name);
      seen.set(name, where);
      const [path, partner] = [first.files.get(name), second.files.get(name)];
      if (path === undefined) throw notListed(where, name, first);
      if (partner === undefined) throw unpaired([name, path], first, second, where);
      return { name, first: path, second: partner, origin: where };
    });
  const notes =
    left.length === 0
      ? []
      : [
          `${left.length} of ${lines.length} lines of the list have the flag -1 (${left[0]?.where} is the first): left out`,
        ];
  return { pairs, notes };
}

/** The sample that a line names: the whole line, the line without ending or suffix, or its first word before a flag. */
function nameOf(listing: Listing, line: ListLine, prefix: string, keyOf: KeyOf): NamedLine {
  const flagged = /^(.*\S)\s+(-?1|0)$/.exec(line.text);
  const texts: [string, number | undefined][] = [[line.text, undefined]];
  if (flagged !== null) texts.push([flagged[1] ?? '', Number(flagged[2])]);
  for (const [text, flag] of texts) {
    const own = text.startsWith(prefix) ? text.slice(prefix.length) : text;
    // What follows a dot may be an ending, or part of the name.
    const stems = [own, stemOf(own, listing)];
    const candidates = [...stems, ...stems.map((stem) => withoutSuffix(stem, listing))];
    const name = candidates.map(keyOf).find((key) => key !== undefined);
    if (name !== undefined) return { ...line, name, flag };
  }
  return { ...line, name: line.text, flag: undefined };
}

function stemOf(text: string, { endings }: Listing): string {
  return withoutEnding(text, endings) ?? text.slice(0, text.length - extname(text).length);
}

function withoutSuffix(stem: string, { suffix }: Listing): string {
  return stem.endsWith(suffix) ? stem.slice(0, stem.length - suffix.length) : stem;
}

/**
 * What to take off the front of a list's names so that its first is found. One prefix for the whole list: a single wrong line
 * must not find some other file.
 */
function foreignPrefix(listing: Listing, first: string | undefined, keyOf: KeyOf): string {
  if (first === undefined) return '';
  const line = { where: '', text: first };
  const found = (prefix: string): boolean => listing.files.has(nameOf(listing, line, prefix, keyOf).name);
  if (found('')) return '';
  for (let end = first.indexOf('/'); end !== -1; end = first.indexOf('/', end + 1)) {
    const prefix = first.slice(0, end + 1);
    if (found(prefix)) return prefix;
  }
  return '';
}

function nothing(empty: Listing, other: Listing): AslError {
  const { role, option, folder, stems, suffix, suffixOption, endings } = empty;
  const proposals = stems.length === 0 ? undefined : remedyOfSuffixes(empty, other);
  return new AslError('ASL_DATA_MISSING', `there are no ${role}s`, {
    where: option,
    expected: `files in ${folder}${suffix === '' ? '' : ` whose names end with "${suffix}"`} (${endings.join(' ')})`,
    received:
      stems.length === 0 ? 'none of these kinds' : `${stems.length} whose names end otherwise, such as ${stems[0]}`,
    remedy:
      proposals ??
      (suffix === ''
        ? `point ${option} at the ${role}s, or check that the data arrived whole`
        : `correct ${suffixOption}`),
  });
}

function unpaired(
  [name, path]: readonly [string, string],
  own: Listing,
  other: Listing,
  origin: string = path,
): AslError {
  const nearest = other.stems.find((stem) => basename(stem).startsWith(basename(name))) ?? other.stems[0];
  const article = own.role === 'image' ? 'an' : 'a';
  return new AslError('ASL_DATA_MISSING', `${article} ${own.role} has no ${other.role}`, {
    where: origin,
    expected: `a ${other.role} for it, such as ${join(other.folder, `${name}${other.suffix}${other.endings[0]}`)}`,
    received: nearest === undefined ? 'an empty folder' : `none of that name; there is ${nearest}, for example`,
    remedy:
      remedyOfSuffixes(own, other) ??
      `add the ${other.role}, take the ${own.role} away, or name the samples that count in a list`,
  });
}

/** The options under which most names would fit, if there are such. */
function remedyOfSuffixes(own: Listing, other: Listing): string | undefined {
  const matched = [...own.files.keys()].filter((name) => other.files.has(name)).length;
  const proposals = proposeSuffixes(own, other).filter(
    ({ first, second, matches }) => matches > matched && `${first}${second}` !== '',
  );
  const [best, ...more] = proposals;
  if (best === undefined) return undefined;
  const write = (option: string, suffix: string): string =>
    suffix === '' ? '' : option.startsWith('--') ? `${option} ${suffix}` : `${option}: "${suffix}"`;
  const say = ({ first, second }: { first: string; second: string }): string =>
    [write(own.suffixOption, first), write(other.suffixOption, second)].filter((text) => text !== '').join(' and ');
  const others = more.filter(({ matches }) => matches === best.matches).slice(0, 3);
  const alternatives = others.length === 0 ? '' : `; or ${others.map(say).join('; or ')}`;
  return `the names differ in what they end with: say ${say(best)}${alternatives}`;
}

function notListed(where: string, name: string, { folder, role, suffix, stems }: Listing): AslError {
  return new AslError('ASL_DATA_MISSING', `a list names ${role === 'image' ? 'an' : 'a'} ${role} that is not there`, {
    where,
    expected: `a file ${name}${suffix} in ${folder}`,
    received: /\s/.test(name)
      ? 'none; the line looks like two paths, and those need no folders beside the list'
      : `none; there is ${stems[0] ?? 'no file'}, for example`,
    remedy: 'correct the line, or check that the data arrived whole',
  });
}

function twice(before: string, where: string, name: string): AslError {
  return new AslError('ASL_DATA_INVALID', 'a sample is named twice in a list', {
    where: `${before} and ${where}`,
    expected: 'each sample once',
    received: name,
    remedy: 'remove one of the two lines',
  });
}
