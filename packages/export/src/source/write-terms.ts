import type { ExportedTerm } from '../exported-loss.ts';
import type { NamedPieces } from '../trace/program.ts';
import { Names } from './names.ts';
import type { Helper, Syntax } from './syntax.ts';
import { type WrittenFormula, writeFormula } from './write-formula.ts';

/** A term's formula in a language, with the names of the functions that hold it. */
export interface WrittenTerm {
  readonly weight: number;
  readonly metric: string;
  readonly sumsName: string;
  readonly scoreName: string;
  readonly formula: WrittenFormula;
  /** For each sum: whether each image has a row of its own. */
  readonly ofImages: readonly boolean[];
}

export interface WrittenTerms {
  readonly terms: readonly WrittenTerm[];
  readonly curves: readonly { readonly constant: string; readonly curve: NamedPieces }[];
  readonly helpers: ReadonlySet<Helper>;
}

/** The terms of a loss in a language. @param taken names that the file has already. */
export function writeTerms(terms: readonly ExportedTerm[], syntax: Syntax, taken: readonly string[]): WrittenTerms {
  const constants = new Names([...syntax.reserved, ...taken], (words) => syntax.constant(words));
  const functions = new Names([...syntax.reserved, ...taken], (words) => syntax.variable(words));
  const written = terms.map(
    ({ weight, program }): WrittenTerm => ({
      weight,
      metric: program.metric,
      sumsName: functions.take(`${program.metric} sums`),
      scoreName: functions.take(`${program.metric} score`),
      formula: writeFormula(program, syntax, constants),
      ofImages: program.sums.map(({ expression }) => expression.of === 'image'),
    }),
  );
  return {
    terms: written,
    curves: written.flatMap(({ formula }) => formula.curves),
    helpers: new Set(written.flatMap(({ formula }) => [...formula.helpers])),
  };
}
