export type { TrialContent } from './begin-round.ts';
export { type Estimate, estimateOf } from './estimate.ts';
export type { Executor, TrialHooks } from './executor.ts';
export { InlineExecutor } from './inline-executor.ts';
export { dominates, type ScoreVector } from './pareto/dominance.ts';
export { candidateScores, type Front, trialFront } from './pareto/front.ts';
export { hypervolume } from './pareto/hypervolume.ts';
export { standings } from './pareto/judged.ts';
export { meanScores, ranked, scoresAgain } from './pareto/ranked.ts';
export { bestOf as bestCandidates } from './pareto/spread.ts';
export { type PlannedTrials, plannedTrials } from './planned-trials.ts';
export type { PruningOptions } from './pruning.ts';
export { nextRepeats, type RaceOptions, type RaceState, stayers } from './race.ts';
export { type RankCorrelation, rankCorrelation } from './rank-correlation.ts';
export {
  type Finalist,
  meanReward,
  type NamedFront,
  type ReevaluationOptions,
  type RivalPoint,
  roundsAgain,
} from './reevaluate.ts';
export { type Parting, replay } from './replay.ts';
export type { RewardSignal } from './reward-signal.ts';
export { lockHolder } from './run-lock.ts';
export { runStudy, type StudyOptions, type StudyResult } from './run-study.ts';
export { SharedSlots, type Sharer } from './shared-slots.ts';
export { heldAlready, isBegun, STORE_FILES, storePath } from './store-file.ts';
export { type StudyEvent, triedAgain } from './study-events.ts';
export { resultOfTrial } from './tell-round.ts';
export {
  bestTrial,
  type FinishedTrial,
  isCandidate,
  isFinished,
  type Outcome,
  type Paused,
  rewardOf,
  type Scores,
  type StepLosses,
  type TrialRecord,
  type TrialTask,
} from './trial.ts';
export type { CreateRunner, Report, TrialRunner } from './trial-runner.ts';
export {
  type AcceptedChange,
  type NewTrial,
  type RungRecord,
  type RunMeta,
  type StudyContents,
  TrialStore,
} from './trial-store.ts';
export { type Factor, type VarianceComponent, varianceComponents } from './variance-components.ts';
export { WorkerExecutor, type WorkerExecutorOptions } from './worker-executor.ts';
