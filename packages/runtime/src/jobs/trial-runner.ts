import type { Json } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import type { Outcome, Paused, Scores, TrialRunner, TrialTask } from '@auto-seg-loss/study';
import type { Draws, ProxyTask, TrialOutcome } from '@auto-seg-loss/training';
import type { Run } from '../container/assemble-run.ts';
import {
  brokenGuards,
  type Guard,
  type GuardReference,
  guardedReward,
  guardsOf,
  levelReward,
  referenceName,
} from './guards.ts';
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
    cells,
  }: Pick<WorkerInit, 'warmStart' | 'twins' | 'paused' | 'reference' | 'shares' | 'firstRound' | 'cells'>,
): Promise<TrialRunner> {
  const proxies = await prepareProxy(run, { warmStart, ...(twins === undefined ? {} : { twins }) });
  const trials: Trials = {
    losses: await spaceLosses(run, shares),
    objective: await metricObjective(run),
    searched: (await run.searched).map(({ name }) => name),
    guards: guardsOf(run.config.guards, await run.guards),
    reference: reference ?? {},
    paused,
    folds: run.config.proxy.reward.folds,
  };
  return {
    run: async (task, _report, alive) => {
      const shifted = { ...task, round: task.round + firstRound };
      const cell = cells?.[task.round];
      const division = cell?.division ?? proxies.divisionOf(shifted.round);
      const at = { proxy: await proxies.task(division), division, draws: cell };
      return task.descent === null ? runTrial(trials, shifted, at, alive) : descend(trials, shifted, at, alive);
    },
    dispose: () => proxies.dispose(),
  };
}

interface Trials {
  readonly losses: SpaceLosses;
  /** Of trials that learn θ. */
  readonly objective: Loss;
  /** The names of those searched for. */
  readonly searched: readonly string[];
  readonly guards: readonly Guard[];
  readonly reference: GuardReference;
  readonly paused: string | null;
  readonly folds: number | null;
}

/** Where a trial is run. */
interface Place {
  readonly proxy: ProxyTask;
  readonly division: number;
  /** In place of what the round would draw. */
  readonly draws: Draws | undefined;
}

/** Told of the iterations done. */
type Alive = Parameters<TrialRunner['run']>[2];

async function runTrial(trials: Trials, task: TrialTask, at: Place, alive: Alive): Promise<Outcome | Paused> {
  const { losses, paused } = trials;
  const { theta, round, key, from, until } = task;
  const loss = await lossAt(losses, theta);
  const state = paused === null || (from === 0 && until === 1) ? {} : { state: statePlace(paused, key) };
  const outcome = await at.proxy.run({
    loss,
    round,
    from,
    until,
    ...(at.draws === undefined ? {} : { draws: at.draws }),
    ...state,
    onIteration: ({ iteration }) => alive(iteration + 1),
  });
  if (outcome.status === 'failed') return failed(outcome);
  return { status: outcome.status, ...scoresOf(trials, outcome, until, at.division) };
}

async function descend(trials: Trials, task: TrialTask, at: Place, alive: Alive): Promise<Outcome> {
  const { losses, objective } = trials;
  const { theta, round, descent } = task;
  if (descent === null) throw new Error('a trial without a descent is not one');
  const outcome = await at.proxy.descend({
    parametric: parametricLoss(losses),
    objective,
    descent,
    theta,
    round,
    onIteration: ({ iteration }) => alive(iteration + 1),
  });
  if (outcome.status === 'failed') return failed(outcome);
  return { status: 'complete', ...scoresOf(trials, outcome, 1, at.division), descended: outcome.theta };
}

function scoresOf(
  { guards, reference, searched, folds }: Trials,
  { reward, metrics, images }: Exclude<TrialOutcome, { status: 'failed' }>,
  share: number,
  division: number,
): Scores {
  const named = (fold: number | null) => reference[referenceName(share, fold)];
  const broken = brokenGuards(guards, named(folds === null ? null : division), metrics);
  const guarded = (metric: string, value: number): number => {
    const level = Array.from({ length: folds ?? 0 }, (_, fold) => named(fold)?.[metric] ?? 0);
    return guardedReward(folds === null ? value : levelReward(value, level, division), broken);
  };
  const kept = { metrics: metrics as unknown as Json, images };
  const [first = ''] = searched;
  if (searched.length === 1) return { reward: guarded(first, reward), ...kept };
  // A metric without anything to score is no better than 0.
  const scores = searched.map((name) => guarded(name, metrics[name]?.value ?? 0));
  return { reward: scores.reduce((sum, score) => sum + score, 0) / scores.length, scores, ...kept };
}

function failed({ reason, iterations }: Extract<TrialOutcome, { status: 'failed' }>): Outcome {
  return { status: 'failed', error: notFinite(reason, iterations) };
}
