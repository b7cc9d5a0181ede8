import type { Json, Metric } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { relaxedLoss } from '@auto-seg-loss/relaxed';
import type { Outcome, Paused, Scores, TrialRunner, TrialTask } from '@auto-seg-loss/study';
import type { ProxyTask, TrialOutcome } from '@auto-seg-loss/training';
import type { Run } from '../container/assemble-run.ts';
import type { CurveSpace } from '../container/search-space.ts';
import { brokenGuards, type Guard, type GuardReference, guardedReward, guardsOf } from './guards.ts';
import { notFinite } from './not-finite.ts';
import { descentObjective, parametricLoss } from './parametric-loss.ts';
import { prepareProxy } from './prepare-proxy.ts';
import { statePlace } from './state-place.ts';
import type { WorkerInit } from './worker-init.ts';

/** Trains and scores the candidates of a search: θ → curves → loss → proxy task → reward. */
export async function createTrialRunner(
  run: Run,
  {
    warmStart,
    twins,
    paused,
    reference,
    firstRound = 0,
  }: Pick<WorkerInit, 'warmStart' | 'twins' | 'paused' | 'reference' | 'firstRound'>,
): Promise<TrialRunner> {
  const proxy = await prepareProxy(run, { warmStart, ...(twins === undefined ? {} : { twins }) });
  const trials: Trials = {
    searched: await run.searched,
    formula: await run.formula,
    space: await run.space,
    absent: run.config.absent,
    guards: guardsOf(run.config.guards, await run.guards),
    reference: reference ?? {},
    paused,
    proxy,
  };
  return {
    run: (task, _report, alive) => {
      const shifted = { ...task, round: task.round + firstRound };
      return task.descent === null ? runTrial(trials, shifted, alive) : descend(trials, shifted, alive);
    },
    dispose: () => proxy.dispose(),
  };
}

interface Trials {
  /** What makes the reward. */
  readonly searched: readonly Metric[];
  /** What the loss relaxes. */
  readonly formula: Metric;
  readonly space: CurveSpace;
  readonly absent: 'zero' | 'skip';
  readonly guards: readonly Guard[];
  readonly reference: GuardReference;
  readonly paused: string | null;
  readonly proxy: ProxyTask;
}

/** Told of the iterations done. */
type Alive = Parameters<TrialRunner['run']>[2];

async function runTrial(trials: Trials, task: TrialTask, alive: Alive): Promise<Outcome | Paused> {
  const { formula, space, absent, proxy, paused } = trials;
  const { theta, round, key, from, until } = task;
  const loss: Loss = relaxedLoss(formula, space.decode(theta), { absent });
  const state = paused === null || (from === 0 && until === 1) ? {} : { state: statePlace(paused, key) };
  const outcome = await proxy.run({
    loss,
    round,
    from,
    until,
    ...state,
    onIteration: ({ iteration }) => alive(iteration + 1),
  });
  if (outcome.status === 'failed') return failed(outcome);
  return { status: outcome.status, ...scoresOf(trials, outcome, until) };
}

async function descend(trials: Trials, task: TrialTask, alive: Alive): Promise<Outcome> {
  const { searched, formula, space, absent, proxy } = trials;
  const { theta, round, descent } = task;
  if (descent === null) throw new Error('a trial without a descent is not one');
  const outcome = await proxy.descend({
    parametric: parametricLoss(formula, space, absent),
    objective: descentObjective(searched, space.straight, absent),
    descent,
    theta,
    round,
    onIteration: ({ iteration }) => alive(iteration + 1),
  });
  if (outcome.status === 'failed') return failed(outcome);
  return { status: 'complete', ...scoresOf(trials, outcome, 1), descended: outcome.theta };
}

function scoresOf(
  { searched, guards, reference }: Trials,
  { reward, metrics, images }: Exclude<TrialOutcome, { status: 'failed' }>,
  share: number,
): Scores {
  const broken = brokenGuards(guards, reference, metrics, share);
  const kept = { metrics: metrics as unknown as Json, images };
  if (searched.length === 1) return { reward: guardedReward(reward, broken), ...kept };
  // A metric without anything to score is no better than 0.
  const scores = searched.map(({ name }) => guardedReward(metrics[name]?.value ?? 0, broken));
  return { reward: scores.reduce((sum, score) => sum + score, 0) / scores.length, scores, ...kept };
}

function failed({ reason, iterations }: Extract<TrialOutcome, { status: 'failed' }>): Outcome {
  return { status: 'failed', error: notFinite(reason, iterations) };
}
