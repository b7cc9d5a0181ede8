export type { CheckCase, ExportedLoss, ExportedTerm, HandMadeTerm } from './exported-loss.ts';
export { type PlainBatch, plainFormula } from './plain/plain-formula.ts';
export { EXPORTED_BY, exportedBefore } from './source/header.ts';
export { EXPORT_TARGETS, type ExportTarget } from './target-names.ts';
export { checkExportName, exportLoss, suggestedName } from './targets.ts';
export { type LossProgram, traceFormula } from './trace/loss-program.ts';
export type { Program } from './trace/program.ts';
export { type MetricLoss, traceLoss } from './trace/trace-loss.ts';
