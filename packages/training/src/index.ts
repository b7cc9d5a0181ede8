export type { Batch } from './batch.ts';
export { type CandidateProblem, checkCandidate } from './check-candidate.ts';
export { type Checkpoint, loadCheckpoint, readCheckpoint, saveCheckpoint, takeCheckpoint } from './checkpoint.ts';
export { type EvaluationOutcome, evaluateNetwork } from './evaluate-network.ts';
export { polyLearningRate } from './schedule.ts';
export {
  type FailureReason,
  type IterationReport,
  trainNetwork,
  type TrainingFailure,
  type TrainingOutcome,
} from './train-network.ts';
