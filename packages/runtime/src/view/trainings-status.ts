import { join } from 'node:path';
import { trainedFiles } from '../commands/trained-folder.ts';
import type { TrainedNetwork } from '../commands/training-jobs.ts';
import { decodedName, trainedOnce } from '../decoding/decoded-name.ts';
import type { KnownRecord } from '../live/read-live.ts';
import { readSealedJson } from '../run-folder/sealed-json.ts';
import { damagedFile } from './damaged-file.ts';
import { lookAtComparison } from './look-at-comparison.ts';
import type { FolderStatus } from './run-status.ts';
import { fieldOf, subjectOf } from './stored-fields.ts';
import { timeLeft } from './time-left.ts';

/** How far trainings have come that no search does. */
export interface TrainingsProgress {
  readonly kind: 'trainings';
  readonly networks: {
    /** null where that is not known. */
    readonly planned: number | null;
    readonly done: number;
    /** Of those that are at their end. */
    readonly failed: number;
  };
  readonly losses: readonly string[];
  /** The loss whose networks have the highest mean of the metric that counts; in [0, 1]. */
  readonly best: {
    readonly loss: string;
    readonly mean: number;
    /** Standard deviation over its networks; null of one alone. */
    readonly deviation: number | null;
    readonly networks: number;
  } | null;
}

interface Kept {
  readonly networks: readonly TrainedNetwork[];
  readonly losses: readonly string[];
  readonly best: TrainingsProgress['best'];
  readonly metric: string;
  readonly config: unknown;
  readonly complete: boolean;
}

const HOUR_MS = 3_600_000;

/** @param live what the command says of itself. @throws AslError ASL_STATE_CORRUPT for results that are damaged. */
export async function trainingsProgress(
  folder: string,
  kind: 'comparison' | 'training',
  live: KnownRecord | undefined,
): Promise<FolderStatus> {
  const kept = kind === 'comparison' ? await keptComparison(folder, live) : await keptNetwork(folder, live);
  const { networks, losses, best, metric, config } = kept;
  const planned = live?.record.plan.trainings ?? (kept.complete ? networks.length : null);
  const done = live?.state === 'running' ? (live.record.trained ?? 0) : networks.length;
  const took = networks.map(({ ms }) => ms);
  const now = live?.state === 'running' ? live.record.doing.filter(({ worker }) => worker !== null) : [];
  const spent = now.map(({ since }) => Math.max(0, Date.now() - Date.parse(since)));
  const left = planned === null ? null : Math.max(0, planned - done);
  return {
    complete: kept.complete && live === undefined,
    metric,
    of: subjectOf(config),
    coreHours: took.reduce((sum, ms) => sum + ms, 0) / HOUR_MS,
    secondsLeft: left === null ? null : timeLeft([{ took, left }], spent, live?.record.workers ?? 1),
    progress: {
      kind: 'trainings',
      networks: { planned, done, failed: networks.filter(({ status }) => status === 'failed').length },
      losses,
      best,
    },
  };
}

async function keptComparison(folder: string, live: KnownRecord | undefined): Promise<Kept> {
  const { losses, metrics, config, complete } = await lookAtComparison(folder);
  const metric = live?.record.metric ?? metrics[0] ?? 'not known';
  const scored = losses.flatMap(({ loss, metrics: own }) => {
    const { mean = null, deviation = null, values = [] } = own[metric] ?? {};
    return mean === null ? [] : [{ loss, mean, deviation, networks: values.filter((value) => value !== null).length }];
  });
  return {
    networks: trainedOnce(losses.flatMap((row) => row.networks)),
    losses: losses.map(({ loss }) => loss),
    best: scored.toSorted((a, b) => b.mean - a.mean)[0] ?? null,
    metric,
    config,
    complete,
  };
}

async function keptNetwork(folder: string, live: KnownRecord | undefined): Promise<Kept> {
  const { report } = trainedFiles(folder);
  const [basis, read] = [await readSealedJson(join(folder, 'training.json')), await readSealedJson(report)];
  if (read === 'damaged') throw damagedFile(report);
  const network = read as unknown as TrainedNetwork | undefined;
  const losses = [network?.loss ?? live?.record.doing[0]?.loss].flatMap((loss) => (loss == null ? [] : [loss]));
  const names = network?.status === 'complete' ? Object.keys(network.metrics) : [];
  const metric = live?.record.metric ?? names[0] ?? 'not known';
  const value = network?.status === 'complete' ? (network.metrics[metric]?.value ?? null) : null;
  return {
    networks: network === undefined ? [] : [network],
    losses,
    best:
      network === undefined || value === null
        ? null
        : { loss: decodedName(network), mean: value, deviation: null, networks: 1 },
    metric,
    config: fieldOf(read, 'config') ?? (basis === 'damaged' ? undefined : basis),
    complete: network !== undefined,
  };
}
