import type { Code } from './code.ts';

/** A function that a file may need beside the formula; each language has one of each, in its own framework. */
export type Helper =
  | 'curve'
  | 'or'
  | 'erode'
  | 'dilate'
  | 'disc'
  | 'erode disc'
  | 'dilate disc'
  | 'edge'
  | 'any class'
  | 'sum'
  | 'sum of images'
  | 'ratio'
  | 'scale classes'
  | 'harmonic'
  | 'clamp'
  | 'above zero'
  | 'foreground'
  | 'any image'
  | 'mean'
  | 'mean of images'
  | 'pixels';

/** How a language writes what formulas are made of. */
export interface Syntax {
  readonly reserved: readonly string[];
  /** An identifier of a variable, of lower-case words. */
  variable(words: readonly string[]): string;
  /** An identifier of a constant. */
  constant(words: readonly string[]): string;
  number(value: number): Code;
  flag(value: boolean): Code;
  list(values: readonly Code[]): Code;
  plus(a: Code, b: Code): Code;
  minus(a: Code, b: Code): Code;
  times(a: Code, b: Code): Code;
  /** A call of a helper. */
  call(helper: Helper, parameters: readonly Code[]): Code;
  assignment(name: string, value: Code): string;
  /** AND of the label with a curve of the prediction, where that has a shorter way than its two factors. */
  andLabel?(curve: Code): Code;
}

/** Calls a helper, and remembers that the file needs it. */
export type Call = (helper: Helper, ...parameters: readonly Code[]) => Code;
