import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { configSchema, namedPlugins, packagesFrom, type RunConfig, refuseForeignCode } from '@auto-seg-loss/config';
import { AslError, aslCommand, type Dataset, systemReason } from '@auto-seg-loss/kernel';
import { pluginContext, type RunContext } from '@auto-seg-loss/plugin-host';
import { checkSchema } from '@auto-seg-loss/schema';
import { type TrainedFiles, trainedFiles } from '../commands/trained-folder.ts';
import { readSealedJson } from '../run-folder/sealed-json.ts';

/** A network that `asl train --out` kept, before its weights are read. */
export interface KeptNetwork {
  readonly weights: string;
  /** Of the file of weights. */
  readonly sha256: string;
  readonly config: Pick<RunConfig, 'network' | 'training'>;
  readonly context: RunContext;
  readonly classes: readonly string[];
  /** What it knows of the data that it was trained on. */
  readonly data: Pick<Dataset, 'colors' | 'labelValues' | 'imageReading'>;
}

/**
 * Finds a trained network.
 * @param network the folder of `asl train --out`, or its file of weights. @param options.allowCode whether code that it names is run.
 * @throws AslError ASL_ARGUMENT_INVALID where there is none; ASL_STATE_CORRUPT where its report or its weights are not what was
 *   written; ASL_NOT_TRUSTED.
 */
export async function findKeptNetwork(network: string, options: { readonly allowCode: boolean }): Promise<KeptNetwork> {
  const files = await filesOf(network);
  const report = await readSealedJson(files.report);
  if (report === undefined) throw noNetwork(network, `a file of weights without the report.json beside it`);
  if (report === 'damaged') throw notAsWritten(files.report);
  const { classes, data, config: written, baseDir, weightsSha256 } = report;
  const checked = checkSchema(configSchema, written);
  if ('problems' in checked) {
    throw new AslError('ASL_RUN_CHANGED', 'the network was trained by a version with other config fields', {
      where: files.report,
      problems: checked.problems,
      remedy: 'use the version that trained it, or train it again',
    });
  }
  const sha256 = createHash('sha256')
    .update(await readFile(files.weights))
    .digest('hex');
  if (sha256 !== weightsSha256) throw notAsWritten(files.weights);
  const trust = {
    baseDir: resolve(files.folder, String(baseDir ?? '')),
    cwd: process.cwd(),
    allowCode: options.allowCode,
  };
  const named = namedPlugins({ network: checked.value.network }, files.report);
  await refuseForeignCode({ ...trust, kind: 'product', plugins: named });
  return {
    weights: files.weights,
    sha256,
    config: checked.value,
    context: pluginContext(trust.baseDir, {
      allowCode: options.allowCode,
      packagesFrom: await packagesFrom(files.report, trust),
    }),
    classes: classes as readonly string[],
    data: (data ?? {}) as KeptNetwork['data'],
  };
}

async function filesOf(network: string): Promise<TrainedFiles> {
  const path = resolve(network);
  const found = await stat(path).catch((error: unknown) => {
    throw noNetwork(network, systemReason(error));
  });
  const files = trainedFiles(found.isDirectory() ? path : dirname(path));
  if (!found.isDirectory() && path !== files.weights) throw noNetwork(network, `a file ${basename(path)}`);
  const whole = await stat(files.weights).catch(() => undefined);
  if (whole?.isFile() === true) return files;
  throw noNetwork(network, (await whatElse(path)) ?? 'a folder without weights.safetensors');
}

/** Which command wrote a folder that holds no network. */
async function whatElse(folder: string): Promise<string | undefined> {
  const signs = [
    ['training.json', 'a training that is not at its end'],
    ['study.sqlite', 'the folder of a search, which keeps a loss and no network'],
    ['compare.json', 'the folder of a comparison, which keeps results and no networks'],
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
    expected: 'a folder that asl train --out wrote, or the weights.safetensors in it',
    received,
    remedy: `train one: ${aslCommand('train', 'CONFIG', '--loss', 'LOSS', '--out', 'FOLDER')}`,
  });
}

function notAsWritten(path: string): AslError {
  return new AslError('ASL_STATE_CORRUPT', 'a file of a trained network is not what was written', {
    where: path,
    expected: 'the content that its SHA-256 is of',
    remedy: 'restore it, or train the network again',
  });
}
