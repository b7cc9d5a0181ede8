import { join } from 'node:path';
import type { ExactScore } from '@auto-seg-loss/formula';
import type { Json } from '@auto-seg-loss/kernel';
import type { TrialRunner } from '@auto-seg-loss/study';
import { FinalTraining, saveCheckpoint } from '@auto-seg-loss/training';
import type { Run } from '../container/assemble-run.ts';
import { resolveLoss } from '../loss-file/resolve-loss.ts';
import { reportIterations } from './report-iterations.ts';

/** A network to be trained. */
export interface TrainingTask {
  /** As `resolveLoss` takes it. */
  readonly loss: string;
  /** Where a relative path of a loss file starts. */
  readonly cwd: string;
  readonly seed: number;
  /** In place of the config's; null for that. */
  readonly learningRate: number | null;
  /** val: trained on the whole training split, scored on val. held-out: trained on a part of it, scored on the rest. */
  readonly scoredOn: 'val' | 'held-out';
  /** Where the trained network is saved; null not to. */
  readonly weights: string | null;
}

/** What a training came to, besides its reward. */
export interface TrainingScores {
  /** By metric name. */
  readonly metrics: Readonly<Record<string, ExactScore>>;
  /** The loss of every iteration. */
  readonly losses: readonly number[];
}

/** Trains networks from fresh weights. @param paused where what is not at its end waits; null not to keep it. */
export async function createTrainingRunner(run: Run, paused: string | null): Promise<TrialRunner> {
  const { config, context, random } = run;
  const metric = await run.metric;
  const trainings = new Map<TrainingTask['scoredOn'], Promise<FinalTraining>>();
  const trainingFor = (scoredOn: TrainingTask['scoredOn']): Promise<FinalTraining> => {
    const training = trainings.get(scoredOn) ?? prepare(run, scoredOn);
    trainings.set(scoredOn, training);
    return training;
  };
  return {
    run: async ({ content, key }, report) => {
      const task = content as unknown as TrainingTask;
      const { loss } = await resolveLoss(task.loss, { context, cwd: task.cwd, named: config.losses });
      const progress = reportIterations(report, config.training.iterations);
      const training = await trainingFor(task.scoredOn);
      const outcome = await training.run({
        loss,
        // Equal for all losses: they start from the same weights and see the same batches.
        random: random.split(`training/${task.seed}`),
        ...(task.learningRate === null ? {} : { learningRate: task.learningRate }),
        ...(paused === null ? {} : { checkpoint: { path: join(paused, `${key}.safetensors`), key } }),
        onIteration: ({ iteration }) => progress.done(iteration + 1),
        signal: progress.signal,
      });
      if (outcome.status === 'paused') throw new Error('a training that nobody asks to pause does not');
      if (outcome.status === 'failed')
        return { status: 'failed', error: `${outcome.reason} at iteration ${outcome.iteration}` };
      if (task.weights !== null) await saveCheckpoint(task.weights, outcome.weights);
      const scores: TrainingScores = { metrics: outcome.metrics, losses: outcome.losses };
      return {
        status: 'complete',
        reward: outcome.metrics[metric.name]?.value ?? 0,
        images: config.training.iterations * config.training.batchSize,
        metrics: scores as unknown as Json,
      };
    },
  };
}

async function prepare(run: Run, scoredOn: TrainingTask['scoredOn']): Promise<FinalTraining> {
  const { config, random } = run;
  const inputs = {
    dataset: await run.dataset,
    architecture: await run.network,
    options: config.training,
    metrics: await run.metrics,
  };
  if (scoredOn === 'val') return FinalTraining.prepare(inputs);
  // The division that a search with this config makes.
  return FinalTraining.prepareHeldOut(inputs, {
    fraction: config.proxy.reward.fraction,
    random: random.split('proxy').split('partition'),
  });
}
