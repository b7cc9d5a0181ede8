import type { HandMadeTerm } from '../exported-loss.ts';
import { type Code, operand } from '../source/code.ts';
import { Names } from '../source/names.ts';
import { type LossHelper, type LossSyntax, type WrittenLoss, writeLoss } from '../source/write-loss.ts';
import type { LossInput } from '../trace/loss-program.ts';
import { docstringText } from './python-docstring.ts';
import { helperName, indented, pythonNumber, pythonSyntax, pythonTuple } from './python-syntax.ts';

/** Columns of a tuple's line. */
const WIDTH = 72;

/** Python for hand-made losses, whose inputs all have the logits' number of axes. @param classes how many there are. */
export function pythonLossSyntax(classes: string): LossSyntax {
  const inputs: Readonly<Record<LossInput, string>> = {
    probability: 'prediction',
    logProbability: 'log_prediction',
    label: 'label',
    valid: 'valid',
    classes,
  };
  return {
    ...pythonSyntax,
    divide: (a, b) => ({ text: `${operand(a, 'product')} / ${operand(b, 'atom')}`, binds: 'product' }),
    input: (input) => ({ text: inputs[input], binds: 'atom' }),
    numbers: (values) => ({ text: pythonTuple(values.map(pythonNumber), WIDTH), binds: 'atom' }),
    helper: (helper, parameters) => ({
      text: `${helperName(helper)}(${parameters.map(({ text }) => text).join(', ')})`,
      binds: 'atom',
    }),
  };
}

/** A hand-made loss of a sum, with the function that holds it. */
export interface OwnTerm {
  readonly weight: number;
  readonly name: string;
  readonly functionName: string;
  readonly formula: WrittenLoss;
}

/** Hand-made terms in Python. @param taken names that the file has already; no helper's ends in `_loss`. */
export function ownTerms(
  handMade: readonly HandMadeTerm[],
  syntax: LossSyntax,
  taken: readonly string[] = [],
): readonly OwnTerm[] {
  const names = new Names(taken, (words) => `_${words.join('_')}_loss`);
  return handMade.map(({ weight, program }) => ({
    weight,
    name: program.name,
    functionName: names.take(program.name),
    formula: writeLoss(program, syntax),
  }));
}

/** The helpers that hand-made terms need, in the order of the table. */
export function lossHelpers(own: readonly OwnTerm[], table: Readonly<Record<LossHelper, string>>): readonly string[] {
  const used = new Set<LossHelper>(own.flatMap(({ formula }) => [...formula.helpers]));
  return Object.entries(table).flatMap(([helper, text]) => (used.has(helper as LossHelper) ? [text] : []));
}

/** What the function of a hand-made term is called with. */
export const OWN_PARAMETERS = 'prediction, log_prediction, label, valid';

/** @param shapes of its masks, for people. @param scalar the expression of the only number of a tensor. */
export function ownFunction(
  { functionName, name, formula }: OwnTerm,
  shapes: string,
  scalar: (tensor: Code) => string,
): string {
  return `def ${functionName}(${OWN_PARAMETERS}):
    """${docstringText(name)}. ${shapes}"""
${indented([...formula.statements, `return ${scalar(formula.result)}`])}`;
}
