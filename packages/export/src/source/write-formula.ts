import type { MaskExpression, RegionExpression, SumExpression } from '@auto-seg-loss/formula';
import type { Distance } from '@auto-seg-loss/kernel';
import type { NamedPieces, Program, Row, Score, Weight } from '../trace/program.ts';
import { atom, type Code } from './code.ts';
import { Names } from './names.ts';
import type { Helper, Syntax } from './syntax.ts';

/** A formula in a language: statements of two functions, and what they need. */
export interface WrittenFormula {
  /** What the helper `curve` is called with, by name. */
  readonly curves: readonly { readonly constant: string; readonly curve: NamedPieces }[];
  /** From `prediction`, `label` and `valid` to the sums. */
  readonly sums: { readonly statements: readonly string[]; readonly names: readonly string[] };
  /** From the sums to one number. */
  readonly score: { readonly statements: readonly string[]; readonly result: string };
  readonly helpers: ReadonlySet<Helper>;
}

/** The source interpreter's second half: a program as text. @param constants hands out names for the curves. */
export function writeFormula(program: Program, syntax: Syntax, constants: Names): WrittenFormula {
  const helpers = new Set<Helper>();
  const call = (helper: Helper, ...parameters: readonly Code[]): Code => {
    helpers.add(helper);
    return syntax.call(helper, parameters);
  };
  const names = program.curves.map((curve) => ({ constant: constants.take(curve.name), curve }));
  const sums = new SumsWriter(
    program,
    syntax,
    call,
    names.map(({ constant }) => constant),
    helpers,
  ).write();
  const score = new ScoreWriter(program, syntax, call, sums.names).write();
  return { curves: names, sums, score, helpers };
}

type Call = (helper: Helper, ...parameters: readonly Code[]) => Code;

/** Writes each expression once: what is used again gets a variable. */
class SumsWriter {
  readonly #program: Program;
  readonly #syntax: Syntax;
  readonly #call: Call;
  readonly #curves: readonly string[];
  readonly #helpers: Set<Helper>;
  readonly #uses = new Map<string, number>();
  readonly #variables = new Map<string, Code>();
  readonly #statements: string[] = [];
  readonly #names: Names;

  constructor(program: Program, syntax: Syntax, call: Call, curves: readonly string[], helpers: Set<Helper>) {
    this.#helpers = helpers;
    this.#program = program;
    this.#syntax = syntax;
    this.#call = call;
    this.#curves = curves;
    this.#names = new Names([...syntax.reserved, 'prediction', 'label', 'valid'], (words) => syntax.variable(words));
  }

  write(): WrittenFormula['sums'] {
    const { sums } = this.#program;
    const names = sums.map(({ name }) => this.#names.take(name));
    for (const { expression } of sums) {
      this.#count(expression.mask);
      this.#countRegion(counted(expression));
    }
    const byKey = new Map<string, string>();
    sums.forEach(({ expression }, index) => {
      const name = names[index] as string;
      const known = byKey.get(expression.key);
      byKey.set(expression.key, known ?? name);
      const value = known === undefined ? this.#sum(expression) : atom(known);
      this.#statements.push(this.#syntax.assignment(name, value));
    });
    return { statements: this.#statements, names };
  }

  #count(mask: MaskExpression): void {
    const uses = (this.#uses.get(mask.key) ?? 0) + 1;
    this.#uses.set(mask.key, uses);
    // What is in a variable is written once, and so is what it is made of.
    if (uses === 1) for (const input of inputsOf(mask)) this.#count(input);
  }

  #countRegion(region: RegionExpression | undefined): void {
    if (region === undefined) return;
    const uses = (this.#uses.get(region.key) ?? 0) + 1;
    this.#uses.set(region.key, uses);
    if (uses > 1) return;
    if (region.op === 'any-class') this.#count(region.a);
    if (region.op !== 'within') return;
    this.#countRegion(region.a);
    this.#countRegion(region.b);
  }

  #sum(expression: SumExpression): Code {
    const region = counted(expression);
    const helper: Helper = expression.of === 'image' ? 'sum of images' : 'sum';
    const mask = this.#mask(expression.mask, true);
    return region === undefined ? this.#call(helper, mask) : this.#call(helper, mask, this.#region(region));
  }

  #shared(key: string, describe: () => string, make: () => Code, named = false): Code {
    const known = this.#variables.get(key);
    if (known !== undefined) return known;
    const value = make();
    if (!named && (this.#uses.get(key) ?? 0) < 2) return value;
    const name = this.#names.take(describe());
    this.#statements.push(this.#syntax.assignment(name, value));
    this.#variables.set(key, atom(name));
    return atom(name);
  }

  /** @param outermost whether it is what a sum is taken of, which has a name already. */
  #mask(mask: MaskExpression, outermost = false): Code {
    if (mask.op === 'prediction' || mask.op === 'label') return atom(this.#syntax.variable([mask.op]));
    return this.#shared(
      mask.key,
      () => this.#describe(mask),
      () => this.#write(mask),
      // Operations have names: the author's.
      !outermost && (mask.op === 'and' || mask.op === 'or'),
    );
  }

  #write(mask: MaskExpression): Code {
    const { times, minus } = this.#syntax;
    switch (mask.op) {
      case 'prediction':
      case 'label':
        return this.#mask(mask);
      case 'and':
        if (this.#syntax.andLabel !== undefined && isOfLabel(mask)) {
          this.#helpers.add('curve');
          return this.#syntax.andLabel(atom(this.#curves[mask.curveA as number] as string));
        }
        return times(this.#relaxed(mask.a, mask.curveA), this.#relaxed(mask.b, mask.curveB));
      case 'or':
        return this.#call('or', this.#relaxed(mask.a, mask.curveA), this.#relaxed(mask.b, mask.curveB));
      case 'minus':
        return minus(this.#mask(mask.a), this.#mask(mask.b));
      case 'times':
        return times(this.#mask(mask.a), this.#mask(mask.b));
      case 'edge':
        return this.#call('edge', this.#mask(mask.a));
      case 'erode': {
        const outside = this.#syntax.number(mask.outside);
        return this.#call('erode', this.#mask(mask.a), this.#distance(mask.radius), outside);
      }
      case 'dilate':
        return this.#call('dilate', this.#mask(mask.a), this.#distance(mask.tolerance));
    }
  }

  #relaxed(mask: MaskExpression, slot: number | undefined): Code {
    const value = this.#mask(mask);
    return slot === undefined ? value : this.#call('curve', value, atom(this.#curves[slot] as string));
  }

  #distance(distance: Distance): Code {
    if (typeof distance === 'number') return this.#syntax.number(distance);
    return this.#call('pixels', this.#syntax.number(distance.diagonal), atom(this.#syntax.variable(['prediction'])));
  }

  #region(region: RegionExpression): Code {
    switch (region.op) {
      case 'valid':
        return atom(this.#syntax.variable(['valid']));
      case 'everywhere':
        throw new TypeError('a region of all pixels is left out');
      case 'any-class':
        return this.#shared(
          region.key,
          () => `near ${region.a.op}`,
          () => this.#call('any class', this.#mask(region.a), this.#syntax.flag(region.withoutBackground)),
        );
      case 'within':
        return this.#shared(
          region.key,
          () => 'counted',
          () => {
            const parts = [region.a, region.b]
              .filter((part) => part.op !== 'everywhere')
              .map((part) => this.#region(part));
            return parts.reduce((a, b) => this.#syntax.times(a, b));
          },
        );
    }
  }

  /** A name for a variable, of the author's where it has one. */
  #describe(mask: MaskExpression): string {
    switch (mask.op) {
      case 'prediction':
      case 'label':
        return mask.op;
      case 'and':
      case 'or': {
        const slot = this.#program.curves[mask.curveA ?? mask.curveB ?? -1];
        return slot === undefined ? mask.op : slot.name.replace(/\.[ab]$/, '');
      }
      case 'minus':
        return `${this.#describe(mask.a)} without ${this.#describe(mask.b)}`;
      case 'times':
        return 'product';
      case 'edge':
        return `edge of ${this.#describe(mask.a)}`;
      case 'erode':
        return `eroded ${this.#describe(mask.a)}`;
      case 'dilate':
        return `dilated ${this.#describe(mask.a)}`;
    }
  }
}

function inputsOf(mask: MaskExpression): readonly MaskExpression[] {
  if ('b' in mask) return [mask.a, mask.b];
  return 'a' in mask ? [mask.a] : [];
}

/** Whether a mask is the AND of the prediction, through a curve, with the label. */
function isOfLabel({ a, b, curveA }: Extract<MaskExpression, { op: 'and' | 'or' }>): boolean {
  return a.op === 'prediction' && b.op === 'label' && curveA !== undefined;
}

/** The pixels that a sum must be told to count: undefined where that is all of them, or all that the mask has. */
function counted({ mask, region }: SumExpression): RegionExpression | undefined {
  return isEverywhere(region) || (region.op === 'valid' && isInLabel(mask)) ? undefined : region;
}

function isEverywhere(region: RegionExpression): boolean {
  return region.op === 'everywhere' || (region.op === 'within' && isEverywhere(region.a) && isEverywhere(region.b));
}

/** Whether a mask is 0 wherever the label is, and so at ignored pixels. */
function isInLabel(mask: MaskExpression): boolean {
  switch (mask.op) {
    case 'label':
      return true;
    case 'and':
    case 'times':
      return isInLabel(mask.a) || isInLabel(mask.b);
    case 'edge':
    case 'erode':
      return isInLabel(mask.a);
    case 'or':
    case 'minus':
      return isInLabel(mask.a) && isInLabel(mask.b);
    case 'prediction':
    case 'dilate':
      return false;
  }
}

class ScoreWriter {
  readonly #program: Program;
  readonly #syntax: Syntax;
  readonly #call: Call;
  readonly #sums: ReadonlyMap<string, string>;
  readonly #uses = new Map<string, number>();
  readonly #variables = new Map<string, Code>();
  readonly #statements: string[] = [];
  readonly #names: Names;

  constructor(program: Program, syntax: Syntax, call: Call, sums: readonly string[]) {
    this.#program = program;
    this.#syntax = syntax;
    this.#call = call;
    this.#sums = new Map(program.sums.map(({ name }, index) => [name, sums[index] as string]));
    this.#names = new Names([...syntax.reserved, ...sums], (words) => syntax.variable(words));
  }

  write(): WrittenFormula['score'] {
    this.#countScore(this.#program.score);
    const result = this.#score(this.#program.score).text;
    return { statements: this.#statements, result };
  }

  /** Whether it is met for the first time. */
  #isNew(key: string): boolean {
    const uses = (this.#uses.get(key) ?? 0) + 1;
    this.#uses.set(key, uses);
    return uses === 1;
  }

  #countScore(score: Score): void {
    if (!this.#isNew(score.key)) return;
    if (score.op === 'combine') for (const part of score.parts) this.#countScore(part.score);
    else {
      this.#countRow(score.a);
      if (score.weight !== undefined) this.#countWeight(score.weight);
    }
  }

  #countRow(row: Row): void {
    if (!this.#isNew(row.key)) return;
    if ('a' in row) this.#countRow(row.a);
    if ('b' in row) this.#countRow(row.b);
    if (row.op === 'mean-of-images' && row.weight !== undefined) this.#countWeight(row.weight);
  }

  #countWeight(weight: Weight): void {
    if (!this.#isNew(weight.key)) return;
    if (weight.op === 'both') {
      this.#countWeight(weight.a);
      this.#countWeight(weight.b);
    } else if (weight.op === 'any-image') this.#countWeight(weight.a);
    else if (weight.op !== 'foreground') this.#countRow(weight.a);
  }

  #shared(key: string, name: string, make: () => Code): Code {
    const known = this.#variables.get(key);
    if (known !== undefined) return known;
    const value = make();
    if ((this.#uses.get(key) ?? 0) < 2) return value;
    const taken = this.#names.take(name);
    this.#statements.push(this.#syntax.assignment(taken, value));
    this.#variables.set(key, atom(taken));
    return atom(taken);
  }

  #score(score: Score): Code {
    if (score.op === 'mean') {
      const value = this.#row(score.a);
      return score.weight === undefined
        ? this.#call('mean', value)
        : this.#call('mean', value, this.#weight(score.weight, score.a));
    }
    const { number, plus, times } = this.#syntax;
    return this.#shared(score.key, 'score', () =>
      score.parts
        .map(({ score: part, weight }) => (weight === 1 ? this.#score(part) : times(number(weight), this.#score(part))))
        .reduce((a, b) => plus(a, b)),
    );
  }

  #row(row: Row): Code {
    if (row.op === 'sum') return atom(this.#sums.get(row.name) as string);
    return this.#shared(row.key, row.op === 'mean-of-images' ? 'by class' : row.op, () => this.#writeRow(row));
  }

  #writeRow(row: Exclude<Row, { op: 'sum' }>): Code {
    const { number, plus, minus, times } = this.#syntax;
    switch (row.op) {
      case 'ratio':
      case 'harmonic':
        return this.#call(row.op, this.#row(row.a), this.#row(row.b));
      case 'plus':
        return plus(this.#row(row.a), this.#row(row.b));
      case 'minus':
        return minus(this.#row(row.a), this.#row(row.b));
      case 'scale':
        return times(number(row.factor), this.#row(row.a));
      case 'clamp':
        return this.#call('clamp', this.#row(row.a), number(row.low), number(row.high));
      case 'mean-of-images': {
        const value = this.#row(row.a);
        return row.weight === undefined
          ? this.#call('mean of images', value)
          : this.#call('mean of images', value, this.#weight(row.weight, row.a));
      }
    }
  }

  /** @param of what it is the weight of. */
  #weight(weight: Weight, of: Row): Code {
    switch (weight.op) {
      case 'above-zero':
        return this.#call('above zero', this.#row(weight.a));
      case 'foreground':
        return this.#call('foreground', this.#row(of));
      case 'row':
        return this.#row(weight.a);
      case 'both':
        return this.#syntax.times(this.#weight(weight.a, of), this.#weight(weight.b, of));
      case 'any-image':
        return this.#call('any image', this.#weight(weight.a, of));
    }
  }
}
