import { basename } from 'node:path';
import type { RunConfig } from '@auto-seg-loss/config';
import type { CurveSlot } from '@auto-seg-loss/formula';
import type { Curve, Metric } from '@auto-seg-loss/kernel';
import { readLossFile } from '@auto-seg-loss/loss-expression';
import { type CurvesTerm, isCurvesTerm, type LossFile, type LossFileTerm } from '@auto-seg-loss/loss-file';
import { pluginContext } from '@auto-seg-loss/plugin-host';
import {
  type AcceptedChange,
  type PlannedTrials,
  plannedTrials,
  type TrialRecord,
  TrialStore,
} from '@auto-seg-loss/study';
import { trustedRun } from '../commands/stored-run.ts';
import { assembleRun } from '../container/assemble-run.ts';
import { classShares } from '../container/class-shares.ts';
import type { Rival } from '../container/loss-space.ts';
import type { TrainingData } from '../inspection/training-data.ts';
import type { GuardReference } from '../jobs/guards.ts';
import type { Environment } from '../run-folder/environment.ts';
import { type RunFolder, runFolder } from '../run-folder/layout.ts';
import { listFiles } from '../run-folder/list-files.ts';
import { readReference } from '../run-folder/read-reference.ts';
import { readSealedJson } from '../run-folder/sealed-json.ts';
import { type DrawnTerm, drawnTerms } from './drawn-terms.ts';

/** A search as its folder has it. */
export interface SearchView {
  readonly kind: 'search';
  readonly folder: string;
  readonly config: RunConfig;
  readonly environment: Environment;
  /** Changes of the environment that it went on with. */
  readonly accepted: readonly AcceptedChange[];
  /** The name of the metric that a loss is searched for; of several, theirs. */
  readonly metric: string;
  /** Their names: one, or those of a front. */
  readonly metrics: readonly string[];
  /** The metric whose formula the loss relaxes. */
  readonly formula: Metric;
  /** In the order of the metrics' values; undefined where nothing in the folder names them. */
  readonly classes: readonly string[] | undefined;
  /** Of the searcher. What comes after them tries again. */
  readonly rounds: number;
  readonly planned: PlannedTrials;
  /** All of the store, by number. */
  readonly trials: readonly TrialRecord[];
  /** Of the formula's curves, in order; none where a known loss was searched in their place. */
  readonly slots: readonly CurveSlot[];
  /** What each coordinate of θ is. */
  readonly coordinates: readonly string[];
  /** Hand-made losses that were tried beside the best. */
  readonly rivals: readonly Rival[];
  /** The curves of a θ, one for each slot. */
  decode(theta: readonly number[]): readonly Curve[];
  /** The loss of a θ, for its surface; undefined where a part of it has no formula that can be drawn. */
  drawn(theta: readonly number[]): Promise<readonly DrawnTerm[] | undefined>;
  /** The part with curves of the loss at a θ; undefined where it has no weight. */
  curvesTerm(theta: readonly number[]): CurvesTerm | undefined;
  /** The terms of a θ; undefined where nothing in the folder says how often classes are, and the loss depends on that. */
  terms(theta: readonly number[]): readonly LossFileTerm[] | undefined;
  /** What cross-entropy reaches at each share of a trial's training, where guards compare with it. */
  readonly reference: GuardReference | undefined;
  /** What was found; undefined where no loss is named, or none yet. */
  readonly loss: LossFile | undefined;
}

/**
 * @throws AslError ASL_RUN_CHANGED for a run of a version with other config fields; ASL_STATE_CORRUPT for a store that is damaged
 *   or of another version; ASL_NOT_TRUSTED for a run from elsewhere that names code; ASL_LOSS_INVALID for a loss.json that was edited.
 */
export async function lookAtSearch(folder: string, allowCode: boolean): Promise<SearchView> {
  const files = runFolder(folder);
  const store = TrialStore.read(folder);
  try {
    const stored = await trustedRun(store, folder, allowCode);
    // Where a search starts is nothing to look at, and what it started from may be gone.
    const context = pluginContext(stored.baseDir, stored);
    const run = await assembleRun({ ...stored.config, start: null }, context, stored.prior);
    try {
      const formula = await run.formula;
      const space = await run.space;
      const { slots, coordinates, rivals } = space;
      const searcher = await run.searcher;
      const metrics = (await run.searched).map(({ name }) => name);
      const loss = await lossOf(files);
      const training = await trainingOf(files);
      const shares = training === undefined ? undefined : classShares(training);
      const termsOf = (theta: readonly number[]): readonly LossFileTerm[] | undefined =>
        space.needsShares && shares === undefined ? undefined : space.decode(theta, shares);
      return {
        kind: 'search',
        folder,
        config: stored.config,
        environment: store.meta.environment as unknown as Environment,
        accepted: store.accepted(),
        metric: metrics.join(' and '),
        metrics,
        formula,
        classes: training?.classes ?? classesIn(loss),
        rounds: searcher.rounds,
        planned: plannedTrials(searcher, stored.config.reevaluation, rivals.length, metrics.length > 1),
        trials: store.trials(),
        slots,
        coordinates,
        rivals,
        decode: (theta) => space.curves(theta),
        // Curves depend on no shares: where those are not known, any do.
        curvesTerm: (theta) => space.decode(theta, shares ?? []).find(isCurvesTerm),
        drawn: async (theta) => {
          const terms = termsOf(theta);
          return terms === undefined ? undefined : drawnTerms(terms, folder, context);
        },
        terms: termsOf,
        reference: await readReference(files.reference),
        loss,
      };
    } finally {
      await run.dispose();
    }
  } finally {
    store.close();
  }
}

async function lossOf({ loss, folder }: RunFolder): Promise<LossFile | undefined> {
  return (await listFiles(folder, (name) => name === basename(loss))).length === 0 ? undefined : readLossFile(loss);
}

/** Made again where it is damaged: what it says is no part of what was found. */
async function trainingOf({ data }: RunFolder): Promise<TrainingData | undefined> {
  const read = await readSealedJson(data);
  if (read === undefined || read === 'damaged') return undefined;
  return read.training as unknown as TrainingData | undefined;
}

function classesIn(loss: LossFile | undefined): readonly string[] | undefined {
  const classes = loss?.reward?.classes;
  return Array.isArray(classes) ? (classes as readonly string[]) : undefined;
}
