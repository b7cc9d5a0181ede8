import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { configSchema, namedPlugins, packagesFrom, refuseForeignCode } from '@auto-seg-loss/config';
import { AslError, aslCommand, systemReason } from '@auto-seg-loss/kernel';
import { pluginContext, type RunContext } from '@auto-seg-loss/plugin-host';
import { checkSchema } from '@auto-seg-loss/schema';
import {
  contentHash,
  type DecodedSafetensors,
  decodeSafetensors,
  formatOf,
  readWeightsBytes,
  refusalOf,
} from '@auto-seg-loss/weights';
import { trainedFiles } from '../commands/trained-folder.ts';
import { readSealedJson } from '../run-folder/sealed-json.ts';
import { type ComparedNetworkChoice, comparedNetwork, isComparison } from './compared-network.ts';
import { type NetworkDescription, readDescription } from './network-description.ts';

/** A network that was trained and kept, before it is built. */
export interface KeptNetwork extends Omit<NetworkDescription, 'baseDir' | 'normalization'> {
  /** The file of its weights. */
  readonly path: string;
  /** Of the file. */
  readonly sha256: string;
  readonly weights: DecodedSafetensors;
  readonly context: RunContext;
  /** Missing where the weights do not say it: then as the network's plugin says. */
  readonly normalization?: NetworkDescription['normalization'];
}

/**
 * Finds a trained network.
 * @param network the folder of `asl train --out` or of `asl compare --keep-networks`, or a file of weights that they wrote,
 *   wherever that lies. @param options.loss, options.seed which network of a comparison.
 * @param options.allowCode whether code that it names is run.
 * @throws AslError ASL_ARGUMENT_INVALID where there is none, ASL_WEIGHTS_INVALID for a file that cannot be read, ASL_STATE_CORRUPT
 *   where the weights or their report are not what was written, ASL_RUN_CHANGED, ASL_NOT_TRUSTED.
 */
export async function findKeptNetwork(
  network: string,
  options: ComparedNetworkChoice & { readonly allowCode: boolean },
): Promise<KeptNetwork> {
  const { path, sha256: expected } = await weightsOf(network, options);
  const bytes = await readWeightsBytes(path);
  const refuse = refusalOf(path);
  if (formatOf(bytes, refuse) !== 'safetensors') throw noNetwork(network, 'a .pth of PyTorch');
  const weights = decodeSafetensors(bytes, refuse);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { sha256: sealed } = weights.metadata;
  const isSealed = sealed === undefined || sealed === contentHash(weights);
  if (!isSealed || (expected !== undefined && expected !== sha256)) throw notAsWritten(path);
  const description =
    sealed === undefined
      ? undefined
      : (readDescription(weights.metadata, path) ?? (await reportedDescription(path, sha256, weights.metadata)));
  if (description === undefined) throw noNetwork(network, 'weights that do not say what network they are of');
  const { baseDir, ...rest } = description;
  const trust = { baseDir, cwd: process.cwd(), allowCode: options.allowCode };
  const plugins = namedPlugins({ network: rest.network }, path);
  await refuseForeignCode({ ...trust, kind: 'product', plugins });
  const packages = { allowCode: options.allowCode, packagesFrom: await packagesFrom(path, trust) };
  return { ...rest, path, sha256, weights, context: pluginContext(baseDir, packages) };
}

/** Of weights that do not describe their network: what `asl train` wrote beside them, where it did. */
async function reportedDescription(
  path: string,
  sha256: string,
  { normalization }: Readonly<Record<string, string>>,
): Promise<(Omit<KeptNetwork, 'path' | 'sha256' | 'weights' | 'context'> & { readonly baseDir: string }) | undefined> {
  const files = trainedFiles(dirname(path));
  if (path !== files.weights) return undefined;
  const report = await readSealedJson(files.report);
  if (report === undefined) return undefined;
  if (report === 'damaged') throw notAsWritten(files.report);
  const { classes, data, config: written, baseDir, weightsSha256 } = report;
  if (sha256 !== weightsSha256) throw notAsWritten(path);
  const checked = checkSchema(configSchema, written);
  if ('problems' in checked) {
    throw new AslError('ASL_RUN_CHANGED', 'the network was trained by a version with other config fields', {
      where: files.report,
      problems: checked.problems,
      remedy: 'use the version that trained it, or train it again',
    });
  }
  const { network, training } = checked.value;
  return {
    network,
    training,
    classes: classes as readonly string[],
    data: (data ?? {}) as KeptNetwork['data'],
    baseDir: resolve(files.folder, String(baseDir ?? '')),
    ...(normalization === undefined ? {} : { normalization: JSON.parse(normalization) }),
  };
}

/** The file that an argument means, with its SHA-256 where something beside it says that. */
async function weightsOf(
  network: string,
  choice: ComparedNetworkChoice,
): Promise<{ readonly path: string; readonly sha256?: string }> {
  const path = resolve(network);
  const found = await stat(path).catch((error: unknown) => {
    throw noNetwork(network, systemReason(error));
  });
  const isChosen = choice.loss !== undefined || choice.seed !== undefined;
  const { weights } = found.isDirectory() ? trainedFiles(path) : { weights: path };
  const isThere = (await stat(weights).catch(() => undefined))?.isFile() === true;
  if (found.isDirectory() && (isChosen || !isThere) && (await isComparison(path))) return comparedNetwork(path, choice);
  if (!isThere) throw noNetwork(network, (await whatElse(path)) ?? 'a folder without weights.safetensors');
  if (isChosen) throw nothingToChoose(network);
  return { path: weights };
}

/** Which command wrote a folder that holds no network. */
async function whatElse(folder: string): Promise<string | undefined> {
  const signs = [
    ['training.json', 'a training that is not at its end'],
    ['study.sqlite', 'the folder of a search, which keeps a loss and no network'],
  ] as const;
  for (const [name, meaning] of signs)
    if (
      await stat(join(folder, name)).then(
        () => true,
        () => false,
      )
    )
      return meaning;
  return undefined;
}

function noNetwork(network: string, received: string): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', 'there is no trained network', {
    where: `--network ${network}`,
    expected:
      'a folder that asl train --out or asl compare --keep-networks wrote, or a file of weights that they wrote',
    received,
    remedy: `train one: ${aslCommand('train', 'CONFIG', '--loss', 'LOSS', '--out', 'FOLDER')}`,
  });
}

function nothingToChoose(network: string): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', '--loss and --seed choose among the networks of a comparison', {
    where: `--network ${network}`,
    expected: 'the folder of a comparison',
    received: 'the place of one network',
    remedy: 'leave them out, or name the folder of a comparison',
  });
}

function notAsWritten(path: string): AslError {
  return new AslError('ASL_STATE_CORRUPT', 'a file of a trained network is not what was written', {
    where: path,
    expected: 'the content that its SHA-256 is of',
    remedy: 'restore it, or train the network again',
  });
}
