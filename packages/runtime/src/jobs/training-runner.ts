import type { CoverageCounts, ExactScore } from '@auto-seg-loss/formula';
import type { Json } from '@auto-seg-loss/kernel';
import { resolveLoss } from '@auto-seg-loss/loss-expression';
import type { TrialRunner } from '@auto-seg-loss/study';
import { FinalTraining, IMAGENET_NORMALIZATION, saveCheckpoint, toPytorch } from '@auto-seg-loss/training';
import type { Run } from '../container/assemble-run.ts';
import { trainingNotes } from '../inspection/training-notes.ts';
import { type NetworkDescription, writeDescription } from '../prediction/network-description.ts';
import { type ExamplePrediction, type ExampleSettings, examplePredictions } from './example-predictions.ts';
import { notFinite } from './not-finite.ts';
import { reportIterations } from './report-iterations.ts';
import { statePlace } from './state-place.ts';

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
  /** Of the images that it is scored on, those to be shown with what it made of them. */
  readonly examples: ExampleSettings;
  /** The same, to be kept with its result. */
  readonly kept: ExampleSettings;
}

/** What a training came to, besides its reward. */
export interface TrainingScores {
  /** By metric name, against the labels as they are in their files. */
  readonly metrics: Readonly<Record<string, ExactScore>>;
  readonly coverage: CoverageCounts;
  /** Classes that training labels have in their files and no more at the training size. */
  readonly lostClasses: readonly number[];
  /** What a person should know of the images that were trained on, in sentences. */
  readonly notes: readonly string[];
  /** The loss of every iteration. */
  readonly losses: readonly number[];
  readonly examples: readonly ExamplePrediction[];
  readonly kept: readonly ExamplePrediction[];
}

/**
 * Trains networks from fresh weights, and scores them. Reports count the iterations done, then the images scored on top; answered
 * with 'stop', a training pauses if it is kept.
 * @param paused where trainings wait that are not at their end; null not to keep them.
 */
export async function createTrainingRunner(run: Run, paused: string | null): Promise<TrialRunner> {
  const { config, context, random } = run;
  const { iterations, batchSize } = config.training;
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
      const { done, signal, pause } = reportIterations(report, iterations);
      const training = await trainingFor(task.scoredOn);
      const dataset = await run.dataset;
      const total = dataset.val.ids.length;
      const shown = examplePredictions(dataset, task.examples, total);
      const kept = examplePredictions(dataset, task.kept, total);
      let images = 0;
      const outcome = await training.run({
        loss,
        // Equal for all losses: they start from the same weights and see the same batches.
        random: random.split(`training/${task.seed}`),
        ...(task.learningRate === null ? {} : { learningRate: task.learningRate }),
        ...(paused === null ? {} : { checkpoint: { ...statePlace(paused, key), pause } }),
        onIteration: ({ iteration, loss: value }) => done(iteration + 1, value),
        onImage: (scored) => {
          shown.add(scored);
          kept.add(scored);
          done(iterations + ++images);
        },
        signal,
      });
      switch (outcome.status) {
        case 'failed':
          return { status: 'failed', error: notFinite(outcome.reason, outcome.iteration) };
        case 'paused': {
          const { iteration } = outcome;
          return { status: 'paused', reward: 0, images: iteration * batchSize, metrics: { iteration } };
        }
        case 'complete': {
          const { metrics, coverage, losses, unseenClasses, weights } = outcome;
          if (task.weights !== null) {
            const description = writeDescription(await descriptionOf(run), task.weights);
            await saveCheckpoint(task.weights, toPytorch(weights, description));
          }
          const { lostClasses } = training;
          const notes = trainingNotes(training, unseenClasses, config.training, dataset);
          const examples = await shown.made();
          const scores: TrainingScores = {
            metrics,
            coverage,
            lostClasses,
            notes,
            losses,
            examples,
            kept: await kept.made(),
          };
          return {
            status: 'complete',
            reward: metrics[metric.name]?.value ?? 0,
            images: iterations * batchSize,
            metrics: scores as unknown as Json,
          };
        }
      }
    },
  };
}

async function descriptionOf({ config, context, dataset, network }: Run): Promise<NetworkDescription> {
  const { classes, ...data } = await dataset;
  const { normalization = IMAGENET_NORMALIZATION } = await network;
  const { network: use, training } = config;
  return { network: use, classes, normalization, training, data, baseDir: context.baseDir };
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
