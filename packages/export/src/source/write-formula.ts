import type { NamedPieces, Program } from '../trace/program.ts';
import type { Code } from './code.ts';
import type { Names } from './names.ts';
import type { Helper, Syntax } from './syntax.ts';
import { ScoreWriter } from './write-score.ts';
import { SumsWriter } from './write-sums.ts';

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
