import { AslError } from '@auto-seg-loss/kernel';

/** A term of a sum of losses, as it is written: `0.75*runs/a/loss.json`. */
export interface WrittenTerm {
  readonly weight: number;
  readonly name: string;
}

/** A weight and its asterisk. The sign of an exponent is part of it: `1e+3*dice` is one term. */
const WEIGHT = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*\*/;

/** So many are more than anybody means; each join of them may be looked for on the disk. */
const MOST_TERMS = 100;

/**
 * Reads a sum of losses: terms joined by `+`, each the name of a loss or a weight, `*` and a name.
 * @param exists whether something has this name that may hold a `+` or a `*`: the longest such name is taken as it is.
 * @param where what the text is, for messages.
 * @throws AslError ASL_LOSS_INVALID for an empty term, a weight that is no number above 0, and more than 100 terms.
 */
export function parseExpression(
  text: string,
  exists: (name: string) => boolean,
  where: string = text,
): readonly WrittenTerm[] {
  if (exists(text.trim())) return [{ weight: 1, name: text.trim() }];
  if (text.split('+').length > MOST_TERMS) throw tooMany(where);
  const terms: WrittenTerm[] = [];
  for (let rest = text; ; ) {
    const { term, length } = firstTerm(rest, exists);
    checkTerm(term, rest.slice(0, length), where);
    terms.push({ weight: Number(term.weight), name: term.name });
    if (length === rest.length) return terms;
    rest = rest.slice(length + 1);
  }
}

/** As it is written, such that it reads back as it was. */
export function printExpression(terms: readonly WrittenTerm[]): string {
  return terms.map(({ weight, name }) => (weight === 1 ? name : `${weight}*${name}`)).join('+');
}

interface Read {
  readonly term: {
    readonly weight: string;
    readonly name: string;
    /** Whether something has this name, so that it may hold an asterisk. */
    readonly exists: boolean;
  };
  /** Of the text that it takes. */
  readonly length: number;
}

function firstTerm(text: string, exists: (name: string) => boolean): Read {
  const whole = longestName(text, exists);
  if (whole !== undefined)
    return { term: { weight: '1', name: text.slice(0, whole).trim(), exists: true }, length: whole };
  const [prefix, weight = '1'] = WEIGHT.exec(text) ?? [''];
  const after = text.slice(prefix.length);
  const known = prefix === '' ? undefined : longestName(after, exists);
  const length = known ?? endsOf(after).at(-1) ?? after.length;
  const term = { weight, name: after.slice(0, length).trim(), exists: known !== undefined };
  return { term, length: prefix.length + length };
}

function longestName(text: string, exists: (name: string) => boolean): number | undefined {
  return endsOf(text).find((end) => exists(text.slice(0, end).trim()));
}

/** Where a name that begins the text may end: before a `+`, or with the text; the longest first. */
function endsOf(text: string): readonly number[] {
  const ends = [...text].flatMap((letter, at) => (letter === '+' ? [at] : []));
  return [text.length, ...ends.reverse()];
}

function checkTerm({ weight, name, exists }: Read['term'], written: string, where: string): void {
  if (name === '') throw invalid(where, 'a term of the sum is empty', written === '' ? 'nothing' : `"${written}"`);
  const asterisk = exists ? -1 : name.indexOf('*');
  if (asterisk !== -1)
    throw invalid(where, 'a weight is no number', `"${written.slice(0, written.indexOf(name) + asterisk).trim()}"`);
  checkWeight(Number(weight), `"${written.trim()}"`, where);
}

/**
 * @param received the term, for messages.
 * @throws AslError ASL_LOSS_INVALID for a weight that float32 does not hold as a number above 0.
 */
export function checkWeight(weight: number, received: string, where: string): void {
  if (Math.fround(weight) > 0 && Number.isFinite(Math.fround(weight))) return;
  throw new AslError('ASL_LOSS_INVALID', 'a weight of a sum of losses is not above 0', {
    where,
    expected: 'a finite number above 0, in float32',
    received,
    remedy:
      weight < 0
        ? 'leave the term out: with a negative weight, training would make that loss larger'
        : weight === 0
          ? 'leave the term out: with the weight 0 it is not in the sum'
          : 'weights of a sum count beside each other: 1 and 0.1, say',
  });
}

function invalid(where: string, message: string, received: string): AslError {
  return new AslError('ASL_LOSS_INVALID', message, {
    where,
    expected: 'LOSS, or a sum such as 0.75*LOSS+0.25*LOSS: the weight first, one for a term',
    received,
  });
}

function tooMany(where: string): AslError {
  return invalid(where.slice(0, 80), `the sum has more than ${MOST_TERMS} terms`, 'more of them');
}
