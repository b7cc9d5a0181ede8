export { aslCommand, shellCommand, shellWord } from './asl-command.ts';
export { type Average, type AverageOptions, averageField, averageOptions } from './average.ts';
export { backgroundField } from './background.ts';
export { type BoundaryOptions, boundaryOptions } from './boundary-options.ts';
export { canonicalJson, contentKey } from './canonical-json.ts';
export { checkResults } from './check-results.ts';
export type { Constraint, Violation } from './constraint.ts';
export { type ControlPointFamily, controlPointSurrogate } from './control-points.ts';
export { type Dataset, IGNORE_LABEL, type ImageReading, type Sample, type Split } from './dataset.ts';
export { type DecodedImage, type Decoder, mostProbable } from './decoder.ts';
export { defineMetric, type MetricDefinition, noOptions } from './define-metric.ts';
export { type Disc, discWidths, isDisc, type Reach, type Window, windowOf } from './disc.ts';
export { type Distance, pixelsOf } from './distance.ts';
export { bytesOf, endOfRun } from './end-of-run.ts';
export {
  AslError,
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  type ExitCode,
  formatError,
  isAslError,
  isErrorCode,
  type Problem,
} from './errors.ts';
export {
  type AcceptedSearch,
  type Decision,
  type Executor,
  type ExecutorFactory,
  type ExecutorJob,
  type OfferedSearch,
  type Serving,
  type TrialHooks,
  WorkerLost,
} from './executor.ts';
export { iterationAt } from './iteration-at.ts';
export { learningRateAt } from './learning-rate-at.ts';
export type { LossAlgebra, LossFormula, LossValue } from './loss-algebra.ts';
export type {
  ErodeOptions,
  Mask,
  MeasureAlgebra,
  MeasureInputs,
  Metric,
  PerClass,
  Region,
  Score,
  ScoreAlgebra,
} from './metric.ts';
export { commonClaims, defaultClaims, type MetricClaims } from './metric-claims.ts';
export { naturalOrder } from './natural-order.ts';
export { MIN_PIECE_WIDTH, piecewiseCurve, SLOPE_LIMIT } from './piecewise-curve.ts';
export {
  definePlugin,
  PLUGIN_KINDS,
  type Plugin,
  type PluginContext,
  type PluginKind,
  type PluginParts,
  type PluginProducts,
} from './plugin.ts';
export { type PluginUse, pluginUse } from './plugin-use.ts';
export { printable, printableLines } from './printable.ts';
export { priorStart } from './prior-start.ts';
export { Random, type RandomState } from './random.ts';
export { type RegionOptions, regionOptions } from './region-options.ts';
export {
  meanOfClasses,
  meanOfPresent,
  type ReportedImage,
  type ReportMetric,
  type ReportScore,
  type ReportUnit,
  sumOfImages,
} from './report-metric.ts';
export type {
  Descent,
  Json,
  PriorTask,
  PriorTrial,
  Proposal,
  Searcher,
  SearcherFactory,
  SearchSpace,
  TrialReport,
  TrialResult,
} from './searcher.ts';
export { fromShares, toShares } from './shares.ts';
export { pendingSchema, randomStateSchema, readSnapshot, thetaSchema } from './snapshot.ts';
export type { Curve, Piece, Point, Surrogate } from './surrogate.ts';
export { type SystemFault, systemError, systemFault, systemReason } from './system-fault.ts';
export {
  type AugmentOptions,
  type FinalTrainingOptions,
  type ScoringOptions,
  type TrainingOptions,
  trainingContent,
  WHOLE_IMAGES,
} from './training-options.ts';
export type { Outcome, Paused, Scores, StepLosses, TrialTask } from './trial-task.ts';
export { type MetricPart, weightedMetric } from './weighted-metric.ts';
export { worths } from './worths.ts';
