import { rmdir } from 'node:fs/promises';
import type { RunConfig } from '@auto-seg-loss/config';
import type { ExactScore } from '@auto-seg-loss/formula';
import type { Dataset, TrainingOptions } from '@auto-seg-loss/kernel';
import { lossContent, resolveLoss } from '@auto-seg-loss/loss-expression';
import { type LoadedRun, pluginContext } from '@auto-seg-loss/plugin-host';
import type { StepLosses } from '@auto-seg-loss/study';
import { assembleRun } from '../container/assemble-run.ts';
import { requireVal } from '../container/require-val.ts';
import { mostProbableDecoder, type UsedDecoder, usedDecoders } from '../decoding/used-decoder.ts';
import type { ExamplePrediction } from '../jobs/example-predictions.ts';
import type { TrainingTask } from '../jobs/training-runner.ts';
import { type MakeExecutor, workerProcesses } from '../jobs/worker-pool.ts';
import { type ChosenEngine, chooseEngine, environmentOf, weightsNotes } from '../run-folder/environment.ts';
import type { KeptTrainings, OpenKept } from './kept-trainings.ts';
import type { NamedCoverage } from './named-coverage.ts';
import { keyOf, networkIdentity, type TrainingIdentity, trainingBasis, trainingIdentity } from './training-key.ts';
import { placeOf, type QueuedTraining, runLanes } from './training-lanes.ts';
import type { Discarded } from './training-results.ts';

/** A network that was trained, or was not. */
export type TrainedNetwork = {
  readonly loss: string;
  readonly seed: number;
  /** Of the first step. */
  readonly learningRate: number;
  /** What it is scored with, where that is another than the most probable class: as tables name it. */
  readonly decoder?: string;
  /** That its training took. */
  readonly ms: number;
} & (
  | {
      readonly status: 'complete';
      /** On the images that the request names, against their labels at their own size; by metric name. */
      readonly metrics: Readonly<Record<string, ExactScore>>;
      /** What the metrics rest on. */
      readonly coverage: NamedCoverage;
      /** Classes that training labels have in their files and no more at the training size: the network never saw them. */
      readonly lostClasses: readonly string[];
      /** What else a person should know of the images that were trained on; missing in results of before there was any. */
      readonly notes?: readonly string[];
      /** The loss of every iteration. */
      readonly losses: readonly number[];
    }
  | {
      readonly status: 'failed';
      readonly error: string;
      /** Whether that is a value that was not finite: then a smaller learning rate may help. */
      readonly notFinite: boolean;
    }
);

/** What happens while networks are trained. */
export type TrainingEvent =
  | {
      readonly type: 'trainings-started';
      /** val: networks to compare. held-out: networks that show which learning rate a loss wants. */
      readonly scoredOn: TrainingTask['scoredOn'];
      readonly trainings: number;
      /** Of them, those that were trained before, and scored with all decoders. */
      readonly found: number;
      /** Of the others, those whose networks are kept: they are scored with further decoders, and not trained. */
      readonly kept: number;
      /** And those that were trained before, and whose networks are not kept: to be scored otherwise, they are trained again. */
      readonly again: number;
      readonly iterations: number;
      /** That each network is scored on; of held-out ones about as many. */
      readonly images: number;
      readonly workers: number;
      readonly engine: ChosenEngine;
      /** What was taken of the weights that networks begin with, a line each. */
      readonly weights: readonly string[];
      readonly metrics: readonly string[];
      /** How they are trained; each may have a learning rate of its own. */
      readonly options: TrainingOptions;
    }
  /** It was trained before. */
  | ({ readonly type: 'training-found'; readonly index: number; readonly key: string } & Scored)
  | ({ readonly type: 'result-discarded' } & Discarded)
  | {
      readonly type: 'training-started';
      readonly index: number;
      /** What the training is known by: a hash of all that its result depends on. */
      readonly key: string;
      readonly loss: string;
      readonly seed: number;
      readonly learningRate: number;
    }
  /** A worker begins with it. */
  | { readonly type: 'training-begun'; readonly index: number; readonly worker: string }
  | {
      readonly type: 'training-progress';
      readonly index: number;
      /** Iterations. */
      readonly done: number;
      readonly iterations: number;
      /** Images scored after the last iteration. */
      readonly scored: number;
      /** Of the iterations since the event before; undefined while images are scored. */
      readonly losses: StepLosses | undefined;
    }
  /** Asked to end early, it left its state, and goes on from there. */
  | { readonly type: 'training-paused'; readonly index: number; readonly done: number; readonly iterations: number }
  /** Its result is known, and about to be kept. */
  | ({
      readonly type: 'training-scored';
      readonly index: number;
      /** Under the first of the decoders. */
      readonly examples: readonly ExamplePrediction[];
    } & Scored)
  | ({ readonly type: 'training-finished'; readonly index: number } & Scored);

/** A network under its decoders. */
interface Scored {
  /** Under the first of them. */
  readonly network: TrainedNetwork;
  /** Under the others; missing without any. */
  readonly others?: readonly TrainedNetwork[];
}

/** What trainings are run with. */
export interface TrainingJobOptions {
  readonly engine?: 'auto' | 'native' | 'wasm';
  readonly onEvent?: (event: TrainingEvent) => void;
  /** Ends early what is running; the promise is then rejected with its reason. What is kept is first left as it is by then. */
  readonly signal?: AbortSignal;
  /** Where the relative path of a loss file starts; the process's working folder by default. */
  readonly cwd?: string;
  /** What trains the networks: worker processes by default. */
  readonly makeExecutor?: MakeExecutor;
  /** How many val images are shown with what each network made of them, in `training-scored`; default 0. */
  readonly examples?: number;
}

/** A network to be trained. */
export type TrainingRequest = Omit<TrainingTask, 'cwd' | 'weights' | 'examples' | 'kept' | 'decode' | 'trained'>;

/** The trainings' results, in the order of the requests; of each request, in the order of the decoders. */
export interface TrainedNetworks {
  readonly config: RunConfig;
  /** Metric names: the config's first, then those of reports. */
  readonly metrics: readonly string[];
  readonly classes: readonly string[];
  readonly identities: readonly TrainingIdentity[];
  readonly networks: readonly TrainedNetwork[];
  /** Of the requests, those that were trained before, and scored with all decoders. */
  readonly found: number;
}

/** What a request comes to under one decoder. */
interface Wanted {
  readonly request: TrainingRequest;
  /** Of the request. */
  readonly index: number;
  readonly decoder: UsedDecoder;
  readonly identity: TrainingIdentity;
}

/**
 * Trains networks in worker processes, as many at a time as the config says, in the order of the requests. Each is scored with the
 * decoders of the config, but for those that are scored on held-out images: they choose learning rates, by the most probable class.
 * @param open where results are kept, so that what was trained once is not trained again; null not to keep them.
 * @throws AslError for what is wrong with plugins, losses, data, engine or the place where results are kept, before anything is
 *   trained.
 */
export async function runTrainings(
  loaded: LoadedRun,
  requests: readonly TrainingRequest[],
  options: TrainingJobOptions,
  open: OpenKept | null = null,
): Promise<TrainedNetworks> {
  const { makeExecutor = workerProcesses, cwd = process.cwd(), onEvent = () => {} } = options;
  const engine = chooseEngine(options.engine);
  const run = await assembleRun(loaded.config, pluginContext(loaded.baseDir, loaded));
  try {
    const { config, context } = run;
    for (const loss of new Set(requests.map((request) => request.loss)))
      await resolveLoss(loss, { context, cwd, named: config.losses });
    const dataset = requireVal(await run.dataset);
    const { classes } = dataset;
    const metrics = (await run.metrics).map(({ name }) => name);
    const basis = await trainingBasis(run, await environmentOf(run, engine));
    const losses = await Promise.all(
      requests.map(({ loss }) => lossContent(loss, { context, cwd, named: config.losses })),
    );
    const decoders = await usedDecoders(run.plugins.decoders, context);
    const plain = [await mostProbableDecoder(context)];
    const wanted = requests.flatMap((request, index) =>
      (request.scoredOn === 'val' ? decoders : plain).map((decoder): Wanted => {
        const identity = trainingIdentity(request, run, basis, losses[index] ?? null, decoder.identity);
        return { request, index, decoder, identity };
      }),
    );
    const identities = wanted.map(({ identity }) => identity);
    const kept = (await open?.({ basis, identities, losses, config, baseDir: context.baseDir, dataset })) ?? null;
    // By the name that is asked for: an equal loss may have been trained under another.
    const found = await Promise.all(
      wanted.map(async ({ request: { loss }, identity }) => {
        const network = await kept?.find(identity);
        return network === undefined ? undefined : { ...network, loss };
      }),
    );
    const missing = await missingTrainings(
      wanted.filter((_, place) => found[place] === undefined),
      kept,
    );
    const workers = Math.max(1, Math.min(config.workers, missing.length));
    onEvent({
      type: 'trainings-started',
      scoredOn: requests[0]?.scoredOn ?? 'val',
      trainings: requests.length,
      found: requests.length - missing.length,
      kept: missing.filter(({ source }) => source !== undefined).length,
      again: missing.filter(({ again }) => again).length,
      iterations: config.training.iterations,
      images: scoredImages(await run.dataset, requests[0]?.scoredOn ?? 'val', config.proxy.reward.fraction),
      workers,
      engine,
      weights: await weightsNotes(run),
      metrics,
      options: config.training,
    });
    for (const [index] of requests.entries()) {
      const own = wanted.flatMap((one, place) => {
        const network = found[place];
        return one.index === index && network !== undefined ? [{ identity: one.identity, network }] : [];
      });
      const [first, ...others] = own;
      if (first === undefined) continue;
      const key = keyOf(networkIdentity(first.identity));
      const more = others.length === 0 ? {} : { others: others.map(({ network }) => network) };
      onEvent({ type: 'training-found', index, key, network: first.network, ...more });
    }
    const paused = kept?.paused ?? null;
    const init = {
      job: 'training',
      config,
      context,
      engine: engine.engine,
      warmStart: [],
      paused,
      reference: null,
    } as const;
    const executor = makeExecutor(init, workers, undefined);
    let trained: ReadonlyMap<string, TrainedNetwork>;
    try {
      trained = await runLanes(executor, missing, { ...options, config, classes, cwd, onEvent, kept });
    } finally {
      await executor.close();
    }
    // What waits there still is another call's, which was stopped.
    if (paused !== null) await rmdir(paused).catch(() => {});
    return {
      config,
      metrics,
      classes,
      identities,
      networks: wanted.map(({ index, decoder }, place) => {
        return found[place] ?? (trained.get(placeOf(index, decoder)) as TrainedNetwork);
      }),
      found: requests.length - missing.length,
    };
  } finally {
    await run.dispose();
  }
}

/** The trainings that do not have all their results, each with the decoders that it lacks. */
async function missingTrainings(
  lacking: readonly Wanted[],
  kept: KeptTrainings | null,
): Promise<readonly QueuedTraining[]> {
  const indices = [...new Set(lacking.map(({ index }) => index))];
  return Promise.all(
    indices.map(async (index): Promise<QueuedTraining> => {
      const own = lacking.filter((one) => one.index === index);
      const { request, identity } = own[0] as Wanted;
      const source = await kept?.network(identity);
      const again = source === undefined && (await kept?.wasTrained(identity)) === true;
      const decoders = own.map((one) => ({ decoder: one.decoder, identity: one.identity }));
      return { request, index, decoders, key: keyOf(networkIdentity(identity)), source, again };
    }),
  );
}

/** @param fraction of the training images that are held out; twins may make it a few more or less. */
function scoredImages({ train, val }: Dataset, scoredOn: TrainingTask['scoredOn'], fraction: number): number {
  return scoredOn === 'val' ? val.ids.length : Math.max(1, Math.round(fraction * train.ids.length));
}
