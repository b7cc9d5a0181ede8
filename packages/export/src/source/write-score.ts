import type { Program, Row, Score, Weight } from '../trace/program.ts';
import { atom, type Code } from './code.ts';
import { Names } from './names.ts';
import type { Call, Syntax } from './syntax.ts';
import { Variables } from './variables.ts';
import type { WrittenFormula } from './write-formula.ts';

/** Writes the arithmetic on sums. */
export class ScoreWriter {
  readonly #program: Program;
  readonly #syntax: Syntax;
  readonly #call: Call;
  readonly #sums: ReadonlyMap<string, string>;
  readonly #variables: Variables;

  constructor(program: Program, syntax: Syntax, call: Call, sums: readonly string[]) {
    this.#program = program;
    this.#syntax = syntax;
    this.#call = call;
    this.#sums = new Map(program.sums.map(({ name }, index) => [name, sums[index] as string]));
    this.#variables = new Variables(
      syntax,
      new Names([...syntax.reserved, ...sums], (words) => syntax.variable(words)),
    );
  }

  write(): WrittenFormula['score'] {
    this.#countScore(this.#program.score);
    const result = this.#score(this.#program.score).text;
    return { statements: this.#variables.statements, result };
  }

  #countScore(score: Score): void {
    if (!this.#variables.count(score.key)) return;
    if (score.op === 'combine') for (const part of score.parts) this.#countScore(part.score);
    else {
      this.#countRow(score.a);
      if (score.weight !== undefined) this.#countWeight(score.weight);
    }
  }

  #countRow(row: Row): void {
    if (!this.#variables.count(row.key)) return;
    if ('a' in row) this.#countRow(row.a);
    if ('b' in row) this.#countRow(row.b);
    if (row.op === 'mean-of-images' && row.weight !== undefined) this.#countWeight(row.weight);
  }

  #countWeight(weight: Weight): void {
    if (!this.#variables.count(weight.key)) return;
    if (weight.op === 'both') {
      this.#countWeight(weight.a);
      this.#countWeight(weight.b);
    } else if (weight.op === 'any-image') this.#countWeight(weight.a);
    else if (weight.op !== 'foreground') this.#countRow(weight.a);
  }

  #score(score: Score): Code {
    if (score.op === 'mean') {
      const value = this.#row(score.a);
      return score.weight === undefined
        ? this.#call('mean', value)
        : this.#call('mean', value, this.#weight(score.weight, score.a));
    }
    const { number, plus, times } = this.#syntax;
    return this.#variables.of(
      score.key,
      () => 'score',
      () =>
        score.parts
          .map(({ score: part, weight }) =>
            weight === 1 ? this.#score(part) : times(number(weight), this.#score(part)),
          )
          .reduce((a, b) => plus(a, b)),
    );
  }

  #row(row: Row): Code {
    if (row.op === 'sum') return atom(this.#sums.get(row.name) as string);
    return this.#variables.of(
      row.key,
      () => (row.op === 'mean-of-images' ? 'by class' : row.op),
      () => this.#writeRow(row),
    );
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
        return this.#call('foreground', this.#row(sumIn(of)));
      case 'row':
        return this.#row(weight.a);
      case 'both':
        return this.#syntax.times(this.#weight(weight.a, of), this.#weight(weight.b, of));
      case 'any-image':
        return this.#call('any image', this.#weight(weight.a, of));
    }
  }
}

/** A sum that a row is made of, which has as many classes. */
function sumIn(row: Row): Row {
  return row.op === 'sum' ? row : sumIn(row.a);
}
