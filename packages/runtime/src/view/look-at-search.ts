import { basename } from 'node:path';
import type { RunConfig } from '@auto-seg-loss/config';
import { type CurveSlot, readFormula } from '@auto-seg-loss/formula';
import type { Curve, Metric } from '@auto-seg-loss/kernel';
import { readLossFile } from '@auto-seg-loss/loss-expression';
import type { LossFile } from '@auto-seg-loss/loss-file';
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
import { curveSpace } from '../container/search-space.ts';
import type { GuardReference } from '../jobs/guards.ts';
import type { Environment } from '../run-folder/environment.ts';
import { type RunFolder, runFolder } from '../run-folder/layout.ts';
import { listFiles } from '../run-folder/list-files.ts';
import { readSealedJson } from '../run-folder/sealed-json.ts';

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
  /** Of the formula's curves, in order. */
  readonly slots: readonly CurveSlot[];
  /** The curves of a θ, one for each slot. */
  decode(theta: readonly number[]): readonly Curve[];
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
    const run = await assembleRun({ ...stored.config, start: null }, pluginContext(stored.baseDir, stored));
    try {
      const formula = await run.formula;
      const { slots } = readFormula(formula);
      const space = curveSpace(slots, await run.surrogate, await run.constraints);
      const searcher = await run.searcher;
      const metrics = (await run.searched).map(({ name }) => name);
      const loss = await lossOf(files);
      return {
        kind: 'search',
        folder,
        config: stored.config,
        environment: store.meta.environment as unknown as Environment,
        accepted: store.accepted(),
        metric: metrics.join(' and '),
        metrics,
        formula,
        classes: (await classesOf(files)) ?? classesIn(loss),
        rounds: searcher.rounds,
        planned: plannedTrials(searcher, stored.config.reevaluation, metrics.length > 1),
        trials: store.trials(),
        slots,
        decode: (theta) => space.decode(theta),
        reference: await referenceOf(files),
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

/** Both are made again where they are damaged: what they say is no part of what was found. */
async function referenceOf({ reference }: RunFolder): Promise<GuardReference | undefined> {
  const read = await readSealedJson(reference);
  return read === undefined || read === 'damaged' ? undefined : (read.reference as unknown as GuardReference);
}

async function classesOf({ data }: RunFolder): Promise<readonly string[] | undefined> {
  const read = await readSealedJson(data);
  if (read === undefined || read === 'damaged') return undefined;
  return (read.training as { readonly classes?: readonly string[] } | undefined)?.classes;
}

function classesIn(loss: LossFile | undefined): readonly string[] | undefined {
  const classes = loss?.reward?.classes;
  return Array.isArray(classes) ? (classes as readonly string[]) : undefined;
}
