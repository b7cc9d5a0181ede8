import { join, resolve } from 'node:path';
import type { LoadedRun } from '@auto-seg-loss/plugin-host';
import { liveTrainings } from '../live/live-trainings.ts';
import { writeFile } from '../run-folder/write-file.ts';
import { comparedLosses } from './compared-losses.ts';
import type { OpenKept } from './kept-trainings.ts';
import { type MetricSummary, summarizeMetric } from './metric-summary.ts';
import type { NamedCoverage } from './named-coverage.ts';
import { type SearchedLead, searchedLeads } from './searched-leads.ts';
import { runTrainings, type TrainedNetwork, type TrainingJobOptions, type TrainingRequest } from './training-jobs.ts';
import type { TrainingIdentity } from './training-key.ts';
import { type ComparedFiles, type Discarded, type KeptNetworks, TrainingResults } from './training-results.ts';

export interface CompareOptions extends TrainingJobOptions {
  /** As `resolveLoss` takes them. */
  readonly losses: readonly string[];
  /** Networks for each loss, with seeds 1, 2, …; by default the config's `report.seeds`. */
  readonly seeds?: number;
  /**
   * Of these each loss gets the one that is best for it on training images that are held out, by the config's metric; without
   * them, all get the config's.
   */
  readonly learningRates?: readonly number[];
  /** The folder for the report (compare.json) and for what was trained; without it nothing is written. */
  readonly out?: string;
  /**
   * Whether the folder keeps the weights of the networks that are compared, for `asl predict`: what was trained without is
   * trained again.
   */
  readonly keepNetworks?: boolean;
}

export interface ComparedLoss {
  /** As tables name it: under another decoder than the most probable class, `cross-entropy + rank`. */
  readonly loss: string;
  /** Whether an earlier call compared it, and this one did not ask for it. */
  readonly earlier: boolean;
  readonly learningRate: number;
  /** The mean of the metric at each learning rate that was tried, on held-out training images; null where a training failed. */
  readonly tried: readonly { readonly learningRate: number; readonly value: number | null }[];
  /** By seed. */
  readonly networks: readonly TrainedNetwork[];
  readonly metrics: Readonly<Record<string, MetricSummary>>;
  /** Of a loss that a search with folds found: what the search says of it. */
  readonly searched?: SearchedLead;
}

export interface CompareResult {
  /** Those asked for, then those that the folder held already. */
  readonly losses: readonly ComparedLoss[];
  readonly metrics: readonly string[];
  readonly classes: readonly string[];
  /** Those asked for; a loss that was compared earlier may have others. */
  readonly seeds: readonly number[];
  /** What the val labels hold, which all networks are scored against; null where none was. */
  readonly coverage: LabelCoverage | null;
  /** What the folder keeps of networks. */
  readonly kept: KeptNetworks | undefined;
  /** The path written. */
  readonly report: string | undefined;
}

/** What scores of several networks have in common. */
export interface LabelCoverage extends Omit<NamedCoverage, 'classes'> {
  readonly classes: readonly { readonly name: string; readonly present: number }[];
}

/**
 * Trains networks with each of several losses and compares them on val. For a seed, all losses start from the same weights and
 * see the same batches; each network is scored with each decoder of the config, which makes a row each. With `out`, what an earlier call left there is not trained again, and what it compared stays in the table.
 * @throws as `runTrainings`; AslError ASL_RUN_CHANGED where the folder holds a comparison under another config.
 */
export function compare(loaded: LoadedRun, options: CompareOptions): Promise<CompareResult> {
  return liveTrainings(options, 'comparison', (watched) => compareWatched(loaded, watched));
}

async function compareWatched(loaded: LoadedRun, options: CompareOptions): Promise<CompareResult> {
  const { keepNetworks = false } = options;
  const place = options.out === undefined ? undefined : comparedFiles(resolve(options.out));
  let kept: TrainingResults | undefined;
  const discard = new Set<string>();
  const onDiscard = (file: Discarded): void => {
    if (!discard.has(file.path)) options.onEvent?.({ type: 'result-discarded', ...file });
    discard.add(file.path);
  };
  const open: OpenKept | null =
    place === undefined
      ? null
      : async (common) => {
          kept = await TrainingResults.open(place, common, { discard: onDiscard, keepNetworks });
          return kept;
        };
  const seeds = Array.from({ length: options.seeds ?? loaded.config.report.seeds }, (_, index) => index + 1);
  const names = [...new Set(options.losses)];
  const chosen = await chooseLearningRates(loaded, names, options, open);
  // All losses of a seed before the next seed: an early look at the results is then a fair one.
  const requests = seeds.flatMap((seed) =>
    names.map((loss): TrainingRequest => {
      return { loss, seed, scoredOn: 'val', learningRate: chosen.get(loss)?.learningRate ?? null };
    }),
  );
  const { networks, identities, metrics, classes, config } = await runTrainings(loaded, requests, options, open);
  const leads = await searchedLeads(loaded, names, options.cwd ?? process.cwd());
  const asked = networks.map((network, index) => ({ network, identity: identities[index] as TrainingIdentity }));
  const losses = comparedLosses(asked, (await kept?.all()) ?? [], metrics).map((row): ComparedLoss => {
    const own = row.earlier ? undefined : chosen.get(row.networks[0]?.loss ?? '');
    // Rewards are of the most probable class, and so are what they say.
    const searched = row.earlier ? undefined : leads.get(row.loss);
    return {
      ...row,
      ...(own === undefined ? {} : { tried: own.tried }),
      ...(searched === undefined ? {} : { searched }),
    };
  });
  const result = { classes, seeds, coverage: labelCoverage(networks), losses };
  if (place !== undefined) await writeFile(place.report, `${JSON.stringify({ config, ...result }, null, 2)}\n`);
  return { ...result, metrics, kept: await kept?.keptNetworks(), report: place?.report };
}

/** The files of a comparison's folder. */
export function comparedFiles(folder: string): ComparedFiles {
  const [trainings, networks] = [join(folder, 'trainings'), join(folder, 'networks')];
  return { folder, report: join(folder, 'compare.json'), trainings, networks };
}

function labelCoverage(networks: readonly TrainedNetwork[]): LabelCoverage | null {
  const first = networks.find((network) => network.status === 'complete');
  if (first?.status !== 'complete') return null;
  const { classes, ...shared } = first.coverage;
  return {
    ...shared,
    classes: classes.map(({ name, present }) => ({ name, present })),
    absent: classes.flatMap(({ name, present }) => (present === 0 ? [name] : [])),
  };
}

type Chosen = Pick<ComparedLoss, 'learningRate' | 'tried'>;

/** Networks for each learning rate: by one alone, luck would choose. */
const RATE_SEEDS = [1, 2, 3];

/** Each loss with each learning rate, on held-out training images. */
async function chooseLearningRates(
  loaded: LoadedRun,
  losses: readonly string[],
  { learningRates = [], ...options }: CompareOptions,
  open: OpenKept | null,
): Promise<ReadonlyMap<string, Chosen>> {
  if (learningRates.length === 0) return new Map();
  const requests = RATE_SEEDS.flatMap((seed) =>
    losses.flatMap((loss) =>
      learningRates.map((learningRate): TrainingRequest => {
        return { loss, seed, scoredOn: 'held-out', learningRate };
      }),
    ),
  );
  const { networks, metrics } = await runTrainings(loaded, requests, options, open);
  const [metric = ''] = metrics;
  return new Map(
    losses.map((loss): [string, Chosen] => {
      const tried = learningRates.map((learningRate) => {
        const own = networks.filter((network) => network.loss === loss && network.learningRate === learningRate);
        const { values, mean } = summarizeMetric(own, metric);
        // A rate at which some trainings fail is no rate to train at.
        return { learningRate, value: values.includes(null) ? null : mean };
      });
      // Of equal ones the first; where none could be trained, the first too: what is wrong shows in the comparison.
      const best = tried.reduce((a, b) => ((b.value ?? -1) > (a.value ?? -1) ? b : a));
      return [loss, { learningRate: best.learningRate, tried }];
    }),
  );
}
