import { resolve } from 'node:path';
import {
  type FolderOption,
  LABEL_ARGUMENTS,
  LABEL_ENDINGS,
  type LabelOptions,
  type LabelReading,
  type Listing,
  labelReading,
  listFolder,
  PREDICTION_ARGUMENTS,
  pairNames,
  readList,
} from '@auto-seg-loss/images';
import { AslError } from '@auto-seg-loss/kernel';

/** Where predictions and labels are, how they are named, and what their values mean. */
export interface EvaluationFiles {
  /** Folders, searched with their subfolders. */
  readonly predictions: string;
  readonly labels: string;
  /** What names end with; the names without it must be equal. */
  readonly predictionSuffix?: string;
  readonly labelSuffix?: string;
  /** A text file with the names that count, one a line; without it, all files do. */
  readonly list?: string;
  /** Folder of masks: where a mask is 0, the pixel does not count. */
  readonly masks?: string;
  readonly maskSuffix?: string;
  /** Folder of probabilities, .npy with [c, h, w], of the labels' names. */
  readonly probabilities?: string;
  /** Number of classes; not needed where the map says so. */
  readonly classes?: number;
  /** What label values mean: a preset, a file, or a map of values. Without it they are class indices. */
  readonly map?: string | Readonly<Record<string, number | string>>;
  /** The same for predictions. */
  readonly predictionMap?: string | Readonly<Record<string, number | string>>;
  /** Label values (or, in colours, colours) of pixels that do not count. */
  readonly ignore?: readonly (number | string)[];
}

/** The files of an image, as absolute paths. */
export interface EvaluationPair {
  /** The name that they share. */
  readonly name: string;
  readonly prediction: string;
  readonly label: string;
  readonly mask: string | undefined;
  readonly probabilities: string | undefined;
}

/** What the values of both kinds of file mean. */
export interface EvaluationReadings {
  readonly predictions: LabelReading;
  readonly labels: LabelReading;
}

/**
 * Pairs predictions with labels; nothing is decoded.
 * @returns the pairs, in the order of their names or of the list, and what was decided on the way.
 * @throws AslError ASL_DATA_MISSING and ASL_DATA_INVALID for what is missing or cannot be paired.
 */
export async function findEvaluationPairs(
  files: EvaluationFiles,
): Promise<{ readonly pairs: readonly EvaluationPair[]; readonly notes: readonly string[] }> {
  const folder = (role: string, path: string, suffix = ''): FolderOption => ({
    role,
    folder: resolve(path),
    option: `--${role}s`,
    suffix,
    suffixOption: `--${role}-suffix`,
    endings: LABEL_ENDINGS,
  });
  const labels = await listFolder(folder('label', files.labels, files.labelSuffix));
  const predictions = await listFolder(folder('prediction', files.predictions, files.predictionSuffix));
  const lines =
    files.list === undefined ? undefined : await readList(resolve(files.list), '--list', 'the current folder');
  const { pairs, notes } = pairNames(labels, predictions, lines);
  const masks = files.masks === undefined ? undefined : await listFolder(folder('mask', files.masks, files.maskSuffix));
  const probabilities =
    files.probabilities === undefined
      ? undefined
      : await listFolder({
          ...folder('probabilities', files.probabilities),
          option: '--probabilities',
          endings: ['.npy'],
        });
  return {
    pairs: pairs.map(({ name, first, second }) => ({
      name,
      label: first,
      prediction: second,
      mask: masks === undefined ? undefined : maskOf(masks, name, first),
      probabilities: probabilities === undefined ? undefined : probabilitiesOf(probabilities, name, first),
    })),
    notes,
  };
}

function maskOf({ files, folder, suffix }: Listing, name: string, label: string): string {
  const mask = files.get(name);
  if (mask !== undefined) return mask;
  throw new AslError('ASL_DATA_MISSING', 'a label has no mask', {
    where: label,
    expected: `a file ${name}${suffix} in ${folder}`,
    received: 'none',
    remedy: 'add the mask, correct --masks and --mask-suffix, or leave the masks out',
  });
}

function probabilitiesOf({ files, folder }: Listing, name: string, label: string): string {
  const file = files.get(name);
  if (file !== undefined) return file;
  throw new AslError('ASL_DATA_MISSING', 'a label has no probabilities', {
    where: label,
    expected: `a file ${name}.npy in ${folder}`,
    received: 'none',
    remedy: 'add the file (asl predict --probabilities writes them), or leave the metrics out that need it',
  });
}

/**
 * Works out what values mean.
 * @throws AslError ASL_OPTIONS_INVALID for maps that contradict the classes or each other.
 */
export async function evaluationReadings(files: EvaluationFiles): Promise<EvaluationReadings> {
  const classes = files.classes === undefined ? {} : { classes: files.classes };
  const baseDir = process.cwd();
  const options = (map: EvaluationFiles['map']): LabelOptions => (map === undefined ? {} : { map });
  const labels = await labelReading({
    ...classes,
    labels: { ...options(files.map), ...(files.ignore === undefined ? {} : { ignore: files.ignore }) },
    baseDir,
    names: LABEL_ARGUMENTS,
    where: '--map, --ignore',
  });
  const predictions = await labelReading({
    classes: labels.classes,
    labels: options(files.predictionMap),
    baseDir,
    names: PREDICTION_ARGUMENTS,
    where: '--prediction-map',
  });
  return { predictions, labels };
}
