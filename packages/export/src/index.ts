export type { CheckCase, ExportedLoss, ExportedTerm, HandMadeTerm } from './exported-loss.ts';
export { EXPORTED_BY, exportedBefore } from './source/header.ts';
export { checkExportName, EXPORT_TARGETS, type ExportTarget, exportLoss, suggestedName } from './targets.ts';
export { type LossProgram, traceFormula } from './trace/loss-program.ts';
export type { Program } from './trace/program.ts';
export { type MetricLoss, traceLoss } from './trace/trace-loss.ts';
