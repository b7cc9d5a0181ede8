import type { ExportedTerm } from '../exported-loss.ts';
import type { NamedPieces } from '../trace/program.ts';
import { Names } from './names.ts';
import { type Prediction, predictionsOf } from './predictions.ts';
import type { Helper, Syntax } from './syntax.ts';
import { type WrittenFormula, writeFormula } from './write-formula.ts';

/** A term's formula in a language, with the names of the functions that hold it. */
export interface WrittenTerm {
  readonly weight: number;
  readonly metric: string;
  /** The variable of the prediction that it looks at. */
  readonly prediction: string;
  readonly sumsName: string;
  readonly scoreName: string;
  readonly formula: WrittenFormula;
  /** For each sum: whether each image has a row of its own. */
  readonly ofImages: readonly boolean[];
}

export interface WrittenTerms {
  /** That the terms look at, and what else there is. */
  readonly predictions: readonly Prediction[];
  readonly terms: readonly WrittenTerm[];
  readonly curves: readonly { readonly constant: string; readonly curve: NamedPieces }[];
  readonly helpers: ReadonlySet<Helper>;
}

/**
 * The terms of a loss in a language.
 * @param taken names that the file has already.
 * @param ofLogits whether something beside the terms looks at softmax(logits).
 */
export function writeTerms(
  terms: readonly ExportedTerm[],
  syntax: Syntax,
  taken: readonly string[],
  ofLogits: boolean,
): WrittenTerms {
  const predictions = predictionsOf(terms, ofLogits);
  const ofTemperature = new Map(predictions.map(({ name, temperature }) => [temperature, name]));
  const constants = new Names([...syntax.reserved, ...taken], (words) => syntax.constant(words));
  const functions = new Names([...syntax.reserved, ...taken], (words) => syntax.variable(words));
  const written = terms.map(
    ({ weight, program }): WrittenTerm => ({
      weight,
      metric: program.metric,
      prediction: ofTemperature.get(program.temperature) as string,
      sumsName: functions.take(`${program.metric} sums`),
      scoreName: functions.take(`${program.metric} score`),
      formula: writeFormula(program, syntax, constants),
      ofImages: program.sums.map(({ expression }) => expression.of === 'image'),
    }),
  );
  return {
    predictions,
    terms: written,
    curves: written.flatMap(({ formula }) => formula.curves),
    helpers: new Set(written.flatMap(({ formula }) => [...formula.helpers])),
  };
}
