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
  /** Where the trained network is saved; null not to. */
  readonly weights: string | null;
}

/** What a training came to, besides its reward. */
export interface TrainingScores {
  /** On the val split, by metric name. */
  readonly metrics: Readonly<Record<string, ExactScore>>;
  /** The loss of every iteration. */
  readonly losses: readonly number[];
}

/** Trains networks from fresh weights on the whole training split, and scores them on val. */
export async function createTrainingRunner(run: Run): Promise<TrialRunner> {
  const { config, context, random } = run;
  const metric = await run.metric;
  const training = await FinalTraining.prepare({
    dataset: await run.dataset,
    architecture: await run.network,
    options: config.training,
    metrics: await run.metrics,
  });
  return {
    run: async ({ content }, report) => {
      const task = content as unknown as TrainingTask;
      const { loss } = await resolveLoss(task.loss, { context, cwd: task.cwd });
      const progress = reportIterations(report, config.training.iterations);
      const outcome = await training.run({
        loss,
        // Equal for all losses: they start from the same weights and see the same batches.
        random: random.split(`training/${task.seed}`),
        onIteration: ({ iteration }) => progress.done(iteration + 1),
        signal: progress.signal,
      });
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
