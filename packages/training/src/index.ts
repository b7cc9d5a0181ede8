export type { Batch } from './batch.ts';
export { type CandidateProblem, checkCandidate } from './check-candidate.ts';
export { type Checkpoint, loadCheckpoint, readCheckpoint, saveCheckpoint, takeCheckpoint } from './checkpoint.ts';
export { BatchSource } from './data/batch-source.ts';
export { cropFit, type SmallImages } from './data/crop-fit.ts';
export { evaluationBatches } from './data/evaluation-batches.ts';
export type { Twins } from './data/inspect/find-twins.ts';
export { type SplitInspection, SplitInspector } from './data/inspect/split-inspector.ts';
export { IMAGENET_NORMALIZATION } from './data/normalize.ts';
export { type Partition, partition } from './data/partition.ts';
export { readSamples } from './data/read-samples.ts';
export { SampleStore } from './data/sample-store.ts';
export type { Descending, ParametricLoss, PlacedLoss } from './descent.ts';
export { type EvaluationOutcome, evaluateNetwork } from './evaluate-network.ts';
export { type FinalOutcome, FinalTraining, type FinalTrainingInputs } from './final-training.ts';
export {
  type FailureReason,
  type IterationReport,
  NetworkTraining,
  type NetworkTrainingInputs,
  type TrainingFailure,
  type TrainingOutcome,
} from './network-training.ts';
export { ImagePredictor, type Prediction, type PredictorInputs } from './prediction/image-predictor.ts';
export type { SizedImage } from './prediction/window-rows.ts';
export type { ProxyInputs } from './proxy/proxy-inputs.ts';
export type { ProxyOptions } from './proxy/proxy-options.ts';
export { type DescentOutcome, type Draws, ProxyTask, type Trial, type TrialOutcome } from './proxy/proxy-task.ts';
export { divisionsOf, ProxyTasks } from './proxy/proxy-tasks.ts';
export { fromPytorch, toPytorch } from './pytorch-checkpoint.ts';
export { scoreKept } from './score-kept.ts';
export type { DecodedScores, ScoredImage } from './score-labels.ts';
export { type CheckpointPlace, trainNetwork } from './train-network.ts';
export { removeTrainingState, type StatePlace } from './training-state.ts';
export { trainWarmStart, type WarmStartInputs } from './warm-start.ts';
