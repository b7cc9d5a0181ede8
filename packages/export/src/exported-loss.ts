import type { LossProgram } from './trace/loss-program.ts';
import type { Program } from './trace/program.ts';

/** A loss as files of source code are written of it. */
export interface ExportedLoss {
  /** What the class or function is called: an identifier. */
  readonly name: string;
  /** What the file says of itself at its top, a line each. */
  readonly header: readonly string[];
  /** The loss is Σ weight · term, of these and of the hand-made ones. */
  readonly terms: readonly ExportedTerm[];
  readonly handMade?: readonly HandMadeTerm[];
  /** Small inputs with the value and the gradient that the file must give when it is run. */
  readonly cases: readonly CheckCase[];
}

export interface ExportedTerm {
  readonly weight: number;
  readonly program: Program;
}

/** A term that is no metric's. */
export interface HandMadeTerm {
  readonly weight: number;
  readonly program: LossProgram;
}

/** An input, and what the loss of it is. */
export interface CheckCase {
  /** [images, classes, rows, columns] */
  readonly shape: readonly [number, number, number, number];
  /** Row-major, in the shape's order. */
  readonly logits: readonly number[];
  /** [images, rows, columns]; outside [0, classes) where ignored. */
  readonly labels: readonly number[];
  readonly value: number;
  /** By the logits, in their order. */
  readonly gradient: readonly number[];
}
