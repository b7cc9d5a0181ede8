import 'reflect-metadata';

export {
  type LossOption,
  type LossRequest,
  type OpenedCurves,
  openSearchedLoss,
  type ResolvedLoss,
  readLossFile,
  resolveLoss,
} from '@auto-seg-loss/loss-expression';
export type { LossFile, NamedCurve } from '@auto-seg-loss/loss-file';
export { lossFileText } from '@auto-seg-loss/loss-file';
export type { MetricFlags, OptionInfo } from '@auto-seg-loss/plugin-host';
export {
  type BrokenPlugin,
  configJsonSchema,
  knownOptions,
  listPlugins,
  type PluginInfo,
  pluginContext,
  pluginProblems,
  type RunContext,
} from '@auto-seg-loss/plugin-host';
export {
  type ComparedLoss,
  type CompareOptions,
  type CompareResult,
  compare,
  type LabelCoverage,
} from './commands/compare.ts';
export { type EvaluateOptions, type EvaluateResult, evaluate } from './commands/evaluate.ts';
export { type ExportOptions, type ExportResult, exportLoss } from './commands/export-loss.ts';
export { type FidelityCandidate, type FidelityOptions, type FidelityResult, fidelity } from './commands/fidelity.ts';
export type { FoundFront, FrontLoss } from './commands/found-front.ts';
export type { Winner } from './commands/found-loss.ts';
export { type DataReport, lookAtData } from './commands/look-at-data.ts';
export type { Layout } from './commands/loss-arrays.ts';
export { type LossValueOptions, type LossValueResult, lossValue } from './commands/loss-value.ts';
export type { MetricSummary } from './commands/metric-summary.ts';
export type { NamedCoverage } from './commands/named-coverage.ts';
export { type NoiseOptions, type NoiseResult, noise } from './commands/noise.ts';
export { type PredictOptions, type PredictResult, predict } from './commands/predict.ts';
export { type ResumeOptions, resumeSearch, type SearchOptions, type SearchResult, search } from './commands/search.ts';
export type { Preparing, ResumedSearch, SearchEvent } from './commands/search-events.ts';
export {
  type EndedSearch,
  type OneOfSeveral,
  type SeveralOptions,
  SeveralRefused,
  searchSeveral,
} from './commands/search-several.ts';
export { type ComparedLead, comparedLeads } from './commands/searched-leads.ts';
export { type TrainOptions, type TrainResult, train } from './commands/train.ts';
export type { TrainedNetwork, TrainingEvent, TrainingJobOptions } from './commands/training-jobs.ts';
export { type VerifyOptions, type VerifyResult, verify } from './commands/verify.ts';
export { type WorkOptions, work } from './commands/work.ts';
export { assembleRun, type Run } from './container/assemble-run.ts';
export type { LossSpace } from './container/loss-space.ts';
export { decodedName, trainedOnce } from './decoding/decoded-name.ts';
export { type PlanOptions, planSearch, type SearchPlan } from './dry-run/plan-search.ts';
export type { ExamplePrediction } from './jobs/example-predictions.ts';
export type { WorkerInit } from './jobs/worker-init.ts';
export { type MakeExecutor, workerProcesses } from './jobs/worker-pool.ts';
export type { Doing } from './live/live-record.ts';
export {
  FIRST_FRESH_ROUND,
  type MeasureOptions,
  meanRewardOf,
  measureCandidates,
} from './measure/measure-candidates.ts';
export type { NoiseSource } from './measure/noise-table.ts';
export { type TakenPrior, withPrior } from './prior/taken-prior.ts';
export { nextRunFolder } from './run-folder/claim.ts';
export { type ChosenEngine, chooseEngine, type Environment } from './run-folder/environment.ts';
export { type RunFolder, runFolder, TENSORBOARD_FILE } from './run-folder/layout.ts';
export { writeFile } from './run-folder/write-file.ts';
export { writeLossFile } from './run-folder/write-loss-file.ts';
export type { Subject, VerifiedSubject } from './verify/subject.ts';
export type { DrawnTerm } from './view/drawn-terms.ts';
export { candidateName, type Finalists, finalistsOf } from './view/finalists.ts';
export type { ComparisonView, LossExamples } from './view/look-at-comparison.ts';
export { type LookAtRunOptions, lookAtRun } from './view/look-at-run.ts';
export type { SearchView } from './view/look-at-search.ts';
export { type LossSurface, lossSurface } from './view/loss-surface.ts';
export { kindOfRun, type RunKind } from './view/run-kind.ts';
export { type RunStatus, runStatus } from './view/run-status.ts';
export { type RunsStatus, statusOfFolder } from './view/runs-status.ts';
export type { SearchFront, SearchProgress } from './view/search-status.ts';
export { searchesTerms, type TermWords, termsText, termWords } from './view/terms-text.ts';
export type { TrainingsProgress } from './view/trainings-status.ts';
