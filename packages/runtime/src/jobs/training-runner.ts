import type { Decoder, Json, PluginUse } from '@auto-seg-loss/kernel';
import { resolveLoss } from '@auto-seg-loss/loss-expression';
import type { Outcome, Paused, TrialRunner } from '@auto-seg-loss/study';
import {
  type DecodedScores,
  FinalTraining,
  type FinalTrainingInputs,
  fromPytorch,
  IMAGENET_NORMALIZATION,
  readCheckpoint,
  type ScoredImage,
  saveCheckpoint,
  scoreKept,
  toPytorch,
} from '@auto-seg-loss/training';
import type { Run } from '../container/assemble-run.ts';
import { makeDecoder } from '../decoding/used-decoder.ts';
import { trainingNotes } from '../inspection/training-notes.ts';
import { type NetworkDescription, writeDescription } from '../prediction/network-description.ts';
import { type ExamplePrediction, type ExampleSettings, examplePredictions } from './example-predictions.ts';
import { notFinite } from './not-finite.ts';
import { reportIterations } from './report-iterations.ts';
import { statePlace } from './state-place.ts';

/** A network to be trained, or one that was and is to be scored otherwise. */
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
  /** The decoders that it is scored with, at least one. */
  readonly decode: readonly PluginUse[];
  /** The weights of the same training, done before: it is then scored on val, and not trained. Null to train. */
  readonly trained: string | null;
  /** Where the trained network is saved; null not to. */
  readonly weights: string | null;
  /** Of the images that it is scored on, those to be shown with what it made of them. */
  readonly examples: ExampleSettings;
  /** The same, to be kept with its result. */
  readonly kept: ExampleSettings;
}

/** What a network is worth under a decoder, against the labels as they are in their files. */
export interface DecodedResult extends DecodedScores {
  readonly examples: readonly ExamplePrediction[];
  readonly kept: readonly ExamplePrediction[];
}

/** What a training came to, besides its reward. */
export interface TrainingScores {
  /** By decoder. */
  readonly decoded: readonly DecodedResult[];
  /** Classes that training labels have in their files and no more at the training size. */
  readonly lostClasses: readonly number[];
  /** What a person should know of the images that were trained on, in sentences. */
  readonly notes: readonly string[];
  /** The loss of every iteration. */
  readonly losses: readonly number[];
}

/** Of a network that is scored again there is nothing to say of its training. */
const NOT_TRAINED = { lostClasses: [], notes: [], losses: [] };

/**
 * Trains networks from fresh weights, and scores them. Reports count the iterations done, then the images scored on top; answered
 * with 'stop', a training pauses if it is kept.
 * @param paused where trainings wait that are not at their end; null not to keep them.
 */
export async function createTrainingRunner(run: Run, paused: string | null): Promise<TrialRunner> {
  const { config, context, random } = run;
  const { iterations, batchSize } = config.training;
  const metric = await run.metric;
  const complete = (scores: TrainingScores, images: number): Outcome => ({
    status: 'complete',
    reward: scores.decoded[0]?.metrics[metric.name]?.value ?? 0,
    images,
    metrics: scores as unknown as Json,
  });
  const pausedAt = (iteration: number): Paused => {
    return { status: 'paused', reward: 0, images: iteration * batchSize, metrics: { iteration } };
  };
  const trainings = new Map<TrainingTask['scoredOn'], Promise<FinalTraining>>();
  const trainingFor = (scoredOn: TrainingTask['scoredOn']): Promise<FinalTraining> => {
    const training = trainings.get(scoredOn) ?? prepare(run, scoredOn);
    trainings.set(scoredOn, training);
    return training;
  };
  return {
    run: async ({ content, key }, report) => {
      const task = content as unknown as TrainingTask;
      const { done, signal, pause } = reportIterations(report, iterations);
      const decoders = await decodersOf(task.decode, context);
      const pictures = await picturesOf(run, task);
      let images = 0;
      const onImage = (scored: ScoredImage): void => {
        pictures.add(scored);
        done(iterations + ++images);
      };
      if (task.trained !== null) {
        const scored = await scoreAgain(run, task.trained, { decoders, onImage, signal }, pause);
        if (scored === 'paused') return pausedAt(iterations);
        if (scored.status === 'failed') return { status: 'failed', error: notFinite(scored.reason, iterations) };
        return complete({ ...NOT_TRAINED, decoded: await pictures.with(scored.decoded) }, 0);
      }
      const { loss } = await resolveLoss(task.loss, { context, cwd: task.cwd, named: config.losses });
      const training = await trainingFor(task.scoredOn);
      const outcome = await training.run({
        loss,
        // Equal for all losses: they start from the same weights and see the same batches.
        random: random.split(`training/${task.seed}`),
        decoders,
        ...(task.learningRate === null ? {} : { learningRate: task.learningRate }),
        ...(paused === null ? {} : { checkpoint: { ...statePlace(paused, key), pause } }),
        onIteration: ({ iteration, loss: value }) => done(iteration + 1, value),
        onImage,
        signal,
      });
      switch (outcome.status) {
        case 'failed':
          return { status: 'failed', error: notFinite(outcome.reason, outcome.iteration) };
        case 'paused':
          return pausedAt(outcome.iteration);
        case 'complete': {
          const { losses, unseenClasses, weights } = outcome;
          if (task.weights !== null) {
            const description = writeDescription(await descriptionOf(run), task.weights);
            await saveCheckpoint(task.weights, toPytorch(weights, description));
          }
          const { lostClasses } = training;
          const notes = trainingNotes(training, unseenClasses, config.training, await run.dataset);
          const decoded = await pictures.with(outcome.decoded);
          return complete({ decoded, lostClasses, notes, losses }, iterations * batchSize);
        }
      }
    },
  };
}

/** @param uses at least one. */
async function decodersOf(
  uses: readonly PluginUse[],
  context: Run['context'],
): Promise<readonly [Decoder, ...Decoder[]]> {
  const used = await Promise.all(uses.map((use) => makeDecoder(use, context, 'decode')));
  const [first, ...others] = used.map(({ decoder }) => decoder);
  if (first === undefined) throw new TypeError('a network is scored with a decoder at least');
  return [first, ...others];
}

/** Pictures of what a network makes of images under each decoder, those to be looked at now and those that are kept. */
async function picturesOf(
  run: Run,
  task: TrainingTask,
): Promise<{
  add(scored: ScoredImage): void;
  with(scores: readonly DecodedScores[]): Promise<readonly DecodedResult[]>;
}> {
  const dataset = await run.dataset;
  const total = dataset.val.ids.length;
  const taken = task.decode.map((_, decoder) => ({
    shown: examplePredictions(dataset, task.examples, total, decoder),
    kept: examplePredictions(dataset, task.kept, total, decoder),
  }));
  return {
    add: (scored) => {
      for (const { shown, kept } of taken) {
        shown.add(scored);
        kept.add(scored);
      }
    },
    with: (scores) =>
      Promise.all(
        scores.map(async (own, decoder): Promise<DecodedResult> => {
          const examples = (await taken[decoder]?.shown.made()) ?? [];
          return { ...own, examples, kept: (await taken[decoder]?.kept.made()) ?? [] };
        }),
      ),
  };
}

/** @param path of the weights. @param pause ends the scoring early: nothing of it is kept. */
async function scoreAgain(
  run: Run,
  path: string,
  {
    signal,
    ...scoring
  }: Pick<Parameters<typeof scoreKept>[1], 'decoders' | 'onImage'> & { readonly signal: AbortSignal },
  pause: AbortSignal,
): Promise<Awaited<ReturnType<typeof scoreKept>> | 'paused'> {
  const weights = await readCheckpoint(path);
  if (weights === undefined) throw new Error(`the weights ${path} were there, and are not any more`);
  const ended = AbortSignal.any([signal, pause]);
  try {
    return await scoreKept(await inputsOf(run), {
      ...scoring,
      weights: fromPytorch(weights),
      where: path,
      signal: ended,
    });
  } catch (error) {
    if (pause.aborted && error === pause.reason) return 'paused';
    throw error;
  }
}

async function descriptionOf({ config, context, dataset, network }: Run): Promise<NetworkDescription> {
  const { classes, ...data } = await dataset;
  const { normalization = IMAGENET_NORMALIZATION } = await network;
  const { network: use, training } = config;
  return { network: use, classes, normalization, training, data, baseDir: context.baseDir };
}

async function prepare(run: Run, scoredOn: TrainingTask['scoredOn']): Promise<FinalTraining> {
  const { config, random } = run;
  const inputs = await inputsOf(run);
  if (scoredOn === 'val') return FinalTraining.prepare(inputs);
  // The division that a search with this config makes.
  return FinalTraining.prepareHeldOut(inputs, {
    fraction: config.proxy.reward.fraction,
    random: random.split('proxy').split('partition'),
  });
}

async function inputsOf(run: Run): Promise<FinalTrainingInputs> {
  return {
    dataset: await run.dataset,
    architecture: await run.network,
    options: run.config.training,
    metrics: await run.metrics,
  };
}
