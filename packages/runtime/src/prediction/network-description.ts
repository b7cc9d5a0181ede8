import { dirname, relative, resolve } from 'node:path';
import { isPath, pluginsIn, scoringSchema, trainingDefaults } from '@auto-seg-loss/config';
import {
  AslError,
  type Dataset,
  type FinalTrainingOptions,
  type PluginUse,
  type Problem,
  pluginUse,
} from '@auto-seg-loss/kernel';
import type { Normalization } from '@auto-seg-loss/ops';
import { checkSchema } from '@auto-seg-loss/schema';
import { z } from 'zod';

/** What makes a network of weights again, and shows it images as in training. */
export interface NetworkDescription {
  readonly network: PluginUse;
  readonly classes: readonly string[];
  readonly normalization: Normalization;
  readonly training: Pick<FinalTrainingOptions, 'images' | 'size' | 'scoring'>;
  /** What it knows of the data that it was trained on. */
  readonly data: Pick<Dataset, 'colors' | 'labelValues' | 'imageReading'>;
  /** Where relative paths among the network's options start. */
  readonly baseDir: string;
}

/** The parts of a description, each the JSON of a key in the metadata of a file of weights. */
type Written = Omit<NetworkDescription, 'baseDir'> & { readonly baseDir?: string };

const side = z.int().min(8).max(4096);
const number = z.number();
const channel = z.int().min(0).max(255);
const written: z.ZodType<Written> = z.object({
  network: pluginUse,
  classes: z.array(z.string()).min(1).max(255),
  normalization: z.object({ mean: z.tuple([number, number, number]), deviation: z.tuple([number, number, number]) }),
  training: z.object({
    images: z.enum(['fitted', 'crops']),
    size: z.tuple([side, side]),
    scoring: scoringSchema(trainingDefaults.scoring),
  }),
  data: z.object({
    colors: z.array(z.tuple([channel, channel, channel])).exactOptional(),
    labelValues: z.array(number).exactOptional(),
    imageReading: z
      .object({
        range: z.tuple([number, number]).exactOptional(),
        orientation: z.enum(['auto', 'apply', 'ignore']).exactOptional(),
      })
      .exactOptional(),
  }),
  baseDir: z.string().exactOptional(),
});

const KEYS = ['network', 'classes', 'normalization', 'training', 'data', 'baseDir'] as const;

/**
 * A description as the metadata of a file of weights hold it: texts of JSON by key.
 * @param path of the file: relative paths go from its folder.
 */
export function writeDescription(
  { network, classes, normalization, training, data, baseDir }: NetworkDescription,
  path: string,
): Readonly<Record<string, string>> {
  const { images, size, scoring } = training;
  const { colors, labelValues, imageReading } = data;
  const parts: Written = {
    network,
    classes,
    normalization,
    training: { images, size, scoring },
    // What is undefined is left out.
    data: { colors, labelValues, imageReading } as Written['data'],
    // Nothing else depends on it: weights are the same files wherever they are trained.
    ...(pluginsIn(network).some(({ use }) => isPath(use)) ? { baseDir: relative(dirname(path), baseDir) } : {}),
  };
  return Object.fromEntries(Object.entries(parts).map(([key, value]) => [key, JSON.stringify(value)]));
}

/**
 * @param metadata of a file of weights that is as it was written. @param path of the file.
 * @returns undefined where they describe no network.
 * @throws AslError ASL_RUN_CHANGED for a description that this version does not understand.
 */
export function readDescription(
  metadata: Readonly<Record<string, string>>,
  path: string,
): NetworkDescription | undefined {
  const texts = KEYS.flatMap((key) => (metadata[key] === undefined ? [] : [[key, metadata[key]] as const]));
  if (!['network', 'classes', 'normalization', 'training', 'data'].every((key) => texts.some(([own]) => own === key)))
    return undefined;
  const checked = checkSchema(written, Object.fromEntries(texts.map(([key, text]) => [key, parsed(text)])));
  if ('problems' in checked) throw notUnderstood(path, checked.problems);
  const { baseDir = '', ...parts } = checked.value;
  return { ...parts, baseDir: resolve(dirname(path), baseDir) };
}

/** What is no JSON is none of the values that are asked for. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notUnderstood(where: string, problems: readonly Problem[]): AslError {
  return new AslError('ASL_RUN_CHANGED', 'the network is described in another way than this version understands', {
    where,
    problems,
    remedy: 'use the version that trained it, or train it again',
  });
}
