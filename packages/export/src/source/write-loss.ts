import type { LossInput, LossNode, LossProgram, LossReduction } from '../trace/loss-program.ts';
import type { Code } from './code.ts';
import { Names } from './names.ts';
import type { Syntax } from './syntax.ts';
import { Variables } from './variables.ts';

/** A function that the formula of a hand-made loss may need; each language has one of each, in its own framework. */
export type LossHelper = LossReduction | 'at least' | 'power' | 'logarithm' | 'positive' | 'per class';

/** How a language writes what hand-made losses are made of, beside what it has for metrics. */
export interface LossSyntax
  extends Pick<Syntax, 'reserved' | 'variable' | 'number' | 'plus' | 'minus' | 'times' | 'assignment'> {
  divide(a: Code, b: Code): Code;
  input(input: LossInput): Code;
  numbers(values: readonly number[]): Code;
  helper(helper: LossHelper, parameters: readonly Code[]): Code;
}

/** A hand-made loss in a language: the statements of a function of the inputs. */
export interface WrittenLoss {
  readonly statements: readonly string[];
  /** [1, 1, 1, 1] */
  readonly result: Code;
  readonly helpers: ReadonlySet<LossHelper>;
}

/** A hand-made loss as text: what has a name, is used again, or is too long for a line gets a variable. */
export function writeLoss({ value }: LossProgram, syntax: LossSyntax): WrittenLoss {
  const helpers = new Set<LossHelper>();
  const names = new Names([...syntax.reserved, ...INPUTS.map((input) => syntax.input(input).text)], (words) =>
    syntax.variable(words),
  );
  const variables = new Variables(syntax, names);
  const count = (node: LossNode): void => {
    if (!variables.count(node.key)) return;
    if ('a' in node) count(node.a);
    if ('b' in node) count(node.b);
  };
  const write = (node: LossNode): Code => {
    if (node.op === 'input' || node.op === 'number') return textOf(node);
    const named = node.op === 'named' ? node.name : undefined;
    return variables.of(
      node.key,
      () => named ?? 'part',
      () => textOf(node),
      named !== undefined,
    );
  };
  const helper = (name: LossHelper, ...parameters: readonly Code[]): Code => {
    helpers.add(name);
    return variables.fit(parameters, (fitting) => syntax.helper(name, fitting));
  };
  const binary = (op: 'plus' | 'minus' | 'times' | 'divide', a: Code, b: Code): Code =>
    variables.fit([a, b], ([x = a, y = b]) => syntax[op](x, y));
  const textOf = (node: LossNode): Code => {
    switch (node.op) {
      case 'input':
        return syntax.input(node.input);
      case 'number':
        return syntax.number(node.value);
      case 'per class':
        return helper('per class', variables.hold('class weights', syntax.numbers(node.values)), syntax.input('label'));
      case 'plus':
      case 'times':
      case 'divide':
        return binary(node.op, write(node.a), write(node.b));
      case 'minus': {
        const isNegation = node.a.op === 'number' && node.a.value === 0;
        return isNegation
          ? binary('times', syntax.number(-1), write(node.b))
          : binary('minus', write(node.a), write(node.b));
      }
      case 'at least':
      case 'power':
        return helper(node.op, write(node.a), syntax.number(node.value));
      case 'log':
        return helper('logarithm', write(node.a));
      case 'named':
        return write(node.a);
      default:
        return helper(node.op, write(node.a));
    }
  };
  count(value);
  const result = write(value);
  return { statements: variables.statements, result, helpers };
}

const INPUTS: readonly LossInput[] = ['probability', 'logProbability', 'label', 'valid', 'classes'];
