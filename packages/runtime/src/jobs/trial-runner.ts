import type { Json } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import type { Outcome, Paused, TrialRunner, TrialTask } from '@auto-seg-loss/study';
import type { ProxyTask, TrialOutcome } from '@auto-seg-loss/training';
import type { Run } from '../container/assemble-run.ts';
import { brokenGuards, type Guard, type GuardReference, guardedReward, guardsOf } from './guards.ts';
import { notFinite } from './not-finite.ts';
import { metricObjective, parametricLoss } from './parametric-loss.ts';
import { prepareProxy } from './prepare-proxy.ts';
import { lossAt, type SpaceLosses, spaceLosses } from './space-loss.ts';
import { statePlace } from './state-place.ts';
import type { WorkerInit } from './worker-init.ts';

/** Trains and scores the candidates of a search: θ → terms → loss → proxy task → reward. */
export async function createTrialRunner(
  run: Run,
  {
    warmStart,
    twins,
    paused,
    reference,
    shares,
    firstRound = 0,
  }: Pick<WorkerInit, 'warmStart' | 'twins' | 'paused' | 'reference' | 'shares' | 'firstRound'>,
): Promise<TrialRunner> {
  const proxy = await prepareProxy(run, { warmStart, ...(twins === undefined ? {} : { twins }) });
  const trials: Trials = {
    losses: await spaceLosses(run, shares),
    objective: await metricObjective(run),
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
  readonly losses: SpaceLosses;
  /** Of trials that learn θ. */
  readonly objective: Loss;
  readonly guards: readonly Guard[];
  readonly reference: GuardReference;
  readonly paused: string | null;
  readonly proxy: ProxyTask;
}

/** Told of the iterations done. */
type Alive = Parameters<TrialRunner['run']>[2];

async function runTrial(trials: Trials, task: TrialTask, alive: Alive): Promise<Outcome | Paused> {
  const { losses, proxy, paused } = trials;
  const { theta, round, key, from, until } = task;
  const loss = await lossAt(losses, theta);
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
  const { losses, objective, proxy } = trials;
  const { theta, round, descent } = task;
  if (descent === null) throw new Error('a trial without a descent is not one');
  const outcome = await proxy.descend({
    parametric: parametricLoss(losses),
    objective,
    descent,
    theta,
    round,
    onIteration: ({ iteration }) => alive(iteration + 1),
  });
  if (outcome.status === 'failed') return failed(outcome);
  return { status: 'complete', ...scoresOf(trials, outcome, 1), descended: outcome.theta };
}

function scoresOf(
  { guards, reference }: Trials,
  { reward, metrics, images }: Exclude<TrialOutcome, { status: 'failed' }>,
  share: number,
): { reward: number; metrics: Json; images: number } {
  const broken = brokenGuards(guards, reference, metrics, share);
  return { reward: guardedReward(reward, broken), metrics: metrics as unknown as Json, images };
}

function failed({ reason, iterations }: Extract<TrialOutcome, { status: 'failed' }>): Outcome {
  return { status: 'failed', error: notFinite(reason, iterations) };
}
