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
      return this.#meanOf('mean', score);
    }
    const { number, plus, times } = this.#syntax;
    return this.#variables.of(
      score.key,
      () => 'score',
      () =>
        this.#variables.fit(
          score.parts.map(({ score: part, weight }) =>
            weight === 1 ? this.#score(part) : times(number(weight), this.#score(part)),
          ),
          (parts) => parts.reduce((a, b) => plus(a, b)),
        ),
    );
  }

  #row(row: Row): Code {
    if (row.op === 'sum') return atom(this.#sums.get(row.name) as string);
    return this.#variables.of(
      row.key,
      () => nameOf(row),
      () => this.#writeRow(row),
    );
  }

  #writeRow(row: Exclude<Row, { op: 'sum' }>): Code {
    const { number, plus, minus, times } = this.#syntax;
    const pair = (a: Row, b: Row, compose: (a: Code, b: Code) => Code): Code => {
      const names = [a, b].map(nameOf);
      return this.#variables.fit([this.#row(a), this.#row(b)], ([x, y]) => compose(x as Code, y as Code), names);
    };
    switch (row.op) {
      case 'ratio':
      case 'harmonic': {
        const { op } = row;
        return pair(row.a, row.b, (a, b) => this.#call(op, a, b));
      }
      case 'plus':
        return pair(row.a, row.b, plus);
      case 'minus':
        return pair(row.a, row.b, minus);
      case 'scale':
        return times(number(row.factor), this.#row(row.a));
      case 'scale-classes': {
        const factors = this.#syntax.list(row.factors.map((factor) => number(factor)));
        return this.#variables.fit(
          [this.#row(row.a), factors],
          ([value, each]) => this.#call('scale classes', value as Code, each as Code),
          [nameOf(row.a), 'factors'],
        );
      }
      case 'clamp':
        return this.#call('clamp', this.#row(row.a), number(row.low), number(row.high));
      case 'mean-of-images':
        return this.#meanOf('mean of images', row);
    }
  }

  #meanOf(
    helper: 'mean' | 'mean of images',
    { a, weight }: { readonly a: Row; readonly weight: Weight | undefined },
  ): Code {
    const operands = weight === undefined ? [this.#row(a)] : [this.#row(a), this.#weight(weight)];
    return this.#variables.fit(operands, (fitting) => this.#call(helper, ...fitting), ['values', 'weights']);
  }

  #weight(weight: Weight): Code {
    switch (weight.op) {
      case 'above-zero':
        return this.#call('above zero', this.#row(weight.a));
      case 'foreground':
        // All sums have as many classes.
        return this.#call('foreground', atom([...this.#sums.values()][0] as string));
      case 'row':
        return this.#row(weight.a);
      case 'both':
        return this.#variables.fit(
          [this.#weight(weight.a), this.#weight(weight.b)],
          ([a, b]) => this.#syntax.times(a as Code, b as Code),
          ['weights', 'weights'],
        );
      case 'any-image':
        return this.#call('any image', this.#weight(weight.a));
    }
  }
}

/** What a variable of it is called. */
function nameOf({ op }: Row): string {
  return op === 'mean-of-images' ? 'by class' : op === 'scale-classes' ? 'scaled' : op;
}
