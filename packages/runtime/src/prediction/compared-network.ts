import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AslError, aslCommand } from '@auto-seg-loss/kernel';
import { comparedFiles } from '../commands/compare.ts';
import { type KeptResult, TrainingResults } from '../commands/training-results.ts';
import { decodedName } from '../decoding/decoded-name.ts';
import { readSealedJson } from '../run-folder/sealed-json.ts';

/** Which network of a comparison. */
export interface ComparedNetworkChoice {
  /** As the comparison's table names it; undefined where networks of one loss alone are kept. */
  readonly loss: string | undefined;
  /** The lowest of those that are kept by default. */
  readonly seed: number | undefined;
}

/** The file of weights of a network that a comparison kept, and its SHA-256. */
export interface ComparedNetworkFile {
  readonly path: string;
  readonly sha256: string;
}

/** Whether a folder is that of a comparison, at its end or not. */
export async function isComparison(folder: string): Promise<boolean> {
  return (await stat(basisOf(folder)).catch(() => undefined)) !== undefined;
}

/**
 * Finds a network in the folder of `asl compare --keep-networks`.
 * @throws AslError ASL_ARGUMENT_INVALID where none is kept, or the choice fits none or several; ASL_STATE_CORRUPT.
 */
export async function comparedNetwork(
  folder: string,
  { loss, seed }: ComparedNetworkChoice,
): Promise<ComparedNetworkFile> {
  const basis = await readSealedJson(basisOf(folder));
  if (basis === undefined || basis === 'damaged') throw damaged(basisOf(folder));
  const results = await TrainingResults.open(comparedFiles(folder), { basis }, { discard: () => {} });
  const all = await results.all();
  const withWeights = all.filter(({ weightsSha256 }) => weightsSha256 !== null);
  // A network has a result for each decoder that it was scored with.
  const kept = [...new Map(withWeights.map((one) => [results.networkPath(one.identity), one])).values()];
  if (kept.length === 0) throw nothingKept(folder);
  const losses = distinct(kept.map(({ network }) => network.loss)).sort();
  const [only] = losses;
  const wanted = loss ?? (losses.length === 1 ? only : undefined);
  const ofLoss = kept.filter(({ network }) => network.loss === wanted);
  if (loss !== undefined && all.some(({ network }) => network.decoder !== undefined && decodedName(network) === loss))
    throw withDecoder(loss, kept);
  if (ofLoss.length === 0) throw loss === undefined ? severalLosses(kept) : notKept('--loss', loss, kept);
  const seeds = distinct(ofLoss.map(({ network }) => network.seed)).sort((a, b) => a - b);
  const found = ofLoss.filter(({ network }) => network.seed === (seed ?? seeds[0]));
  const [one, ...more] = found;
  if (one === undefined) throw notKept('--seed', `seed ${seed} of ${wanted}`, kept);
  if (more.length > 0) throw severalFit(found, results);
  return { path: results.networkPath(one.identity), sha256: one.weightsSha256 as string };
}

function basisOf(folder: string): string {
  return join(comparedFiles(folder).trainings, 'basis.json');
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function nothingKept(folder: string): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', 'the comparison kept no networks', {
    where: `--network ${folder}`,
    expected: 'networks that asl compare --keep-networks left there',
    received: 'results alone',
    remedy: `have them trained again, and kept: ${aslCommand('compare', 'CONFIG', '--losses', 'LOSSES', '--out', folder, '--keep-networks')}`,
  });
}

function severalLosses(kept: readonly KeptResult[]): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', 'it is not said which network of the comparison is meant', {
    where: '--loss',
    expected: `one of those that are kept: ${keptText(kept)}`,
    received: 'none',
    remedy: 'choose one',
  });
}

function notKept(where: '--loss' | '--seed', received: string, kept: readonly KeptResult[]): AslError {
  const what = where === '--loss' ? 'loss' : 'loss and seed';
  return new AslError('ASL_ARGUMENT_INVALID', `the comparison keeps no network of this ${what}`, {
    where,
    expected: `one of those that are kept: ${keptText(kept)}`,
    received,
    remedy: 'choose one of them',
  });
}

/** A row of the table that is a network under a decoder. */
function withDecoder(loss: string, kept: readonly KeptResult[]): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', 'the name is that of a loss with a decoder', {
    where: '--loss',
    expected: `one of those that are kept: ${keptText(kept)}`,
    received: loss,
    remedy: 'name the loss alone, and the decoder with --decode',
  });
}

/** `cross-entropy (seeds 1, 2), dice (seed 1)` */
function keptText(kept: readonly KeptResult[]): string {
  const losses = distinct(kept.map(({ network }) => network.loss)).sort();
  return losses
    .map((loss) => {
      const seeds = distinct(kept.filter(({ network }) => network.loss === loss).map(({ network }) => network.seed));
      return `${loss} (seed${seeds.length === 1 ? '' : 's'} ${seeds.sort((a, b) => a - b).join(', ')})`;
    })
    .join(', ');
}

/** At several learning rates, or of several contents of a loss file. */
function severalFit(found: readonly KeptResult[], results: TrainingResults): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', 'several networks of the comparison have this loss and seed', {
    where: '--network',
    expected: 'a file of one of them',
    received: found
      .map(({ identity }) => `${results.networkPath(identity)} (learning rate ${identity.learningRate})`)
      .join(', '),
    remedy: 'name the file in place of the folder',
  });
}

function damaged(where: string): AslError {
  return new AslError('ASL_STATE_CORRUPT', 'the file that says what the results in a folder depend on is damaged', {
    where,
    remedy: 'restore it',
  });
}
