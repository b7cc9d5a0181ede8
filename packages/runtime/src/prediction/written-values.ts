import { type LabelOptions, labelReading, PREDICTION_ARGUMENTS, valuesOfClasses } from '@auto-seg-loss/images';
import { AslError } from '@auto-seg-loss/kernel';
import type { KeptNetwork } from './kept-network.ts';

/** The largest value of a PNG. */
const MOST = 65_535;

/**
 * The value that is written for each class.
 * @param values `classes`: its index. `labels`: what stood for it in the label files that the network was trained on. Else a map
 *   from label values to classes, as `asl evaluate --map` takes it, read backwards.
 * @returns as many as classes; undefined where they are the indices.
 * @throws AslError ASL_ARGUMENT_INVALID where there is none for a class, or one that a PNG does not hold; ASL_OPTIONS_INVALID for a
 *   map that does not fit the classes.
 */
export async function writtenValues(
  values: 'classes' | 'labels' | NonNullable<LabelOptions['map']>,
  { classes, data }: Pick<KeptNetwork, 'classes' | 'data'>,
): Promise<readonly number[] | undefined> {
  if (values === 'classes') return undefined;
  const found = values === 'labels' ? data.labelValues : await valuesOfMap(values, classes);
  if (found === undefined || found.length !== classes.length) throw unknown(values);
  const wrong = found.findIndex((value) => !Number.isInteger(value) || value < 0 || value > MOST);
  if (wrong === -1) return found;
  throw new AslError('ASL_ARGUMENT_INVALID', 'a label value cannot be written into a PNG', {
    where: '--values',
    expected: `whole numbers from 0 to ${MOST}`,
    received: `${found[wrong]} for class "${classes[wrong]}"`,
    remedy: 'write class indices (--values classes), or give another map',
  });
}

async function valuesOfMap(
  map: NonNullable<LabelOptions['map']>,
  classes: readonly string[],
): Promise<readonly number[] | undefined> {
  const names = { ...PREDICTION_ARGUMENTS, map: () => '--values MAP', classes: "the network's classes" };
  return valuesOfClasses(
    await labelReading({ classes, labels: { map }, baseDir: process.cwd(), names, where: '--values' }),
  );
}

function unknown(values: unknown): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', 'it is not known which value each class has in label files', {
    where: '--values',
    expected: 'a map with a value for each class of the network',
    received:
      values === 'labels'
        ? 'a network that was trained on labels without such values'
        : 'a map without some of the classes',
    remedy:
      'write class indices (--values classes), or name a map: --values cityscapes, a file, or JSON from value to class',
  });
}
