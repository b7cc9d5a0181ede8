import type { Dataset, TrainingOptions } from '@auto-seg-loss/kernel';
import type { FinalTraining } from '@auto-seg-loss/training';
import { paddedText } from './crop-notes.ts';
import { quoted, some } from './wording.ts';

/**
 * What a person should know of the images that a network was trained on, in sentences.
 * @param unseen the classes of the training labels that none of its crops has shown.
 */
export function trainingNotes(
  { smallImages, missingClasses, shared }: Pick<FinalTraining, 'smallImages' | 'missingClasses' | 'shared'>,
  unseen: readonly number[],
  { size }: Pick<TrainingOptions, 'size'>,
  { classes, train, val }: Pick<Dataset, 'classes' | 'train' | 'val'>,
): readonly string[] {
  const named = (indices: readonly number[]): string =>
    quoted(
      indices.map((c) => classes[c] ?? ''),
      8,
    );
  return [
    ...(missingClasses.length === 0
      ? []
      : [`no pixel of ${named(missingClasses)} is in the images that were trained on: no network learns it`]),
    ...(unseen.length === 0
      ? []
      : [
          `no crop showed a pixel of ${named(unseen)}, though training images have some: the network has not learned it. Train for more iterations, with larger batches or crops`,
        ]),
    ...sharedText(shared, train.ids, val.ids),
    ...(smallImages === undefined ? [] : [paddedText(smallImages, size)]),
  ];
}

/** Who scores well on what was trained on has learned it by heart. */
function sharedText(
  shared: FinalTraining['shared'],
  train: readonly string[],
  val: readonly string[],
): readonly string[] {
  if (shared.length === 0) return [];
  const images = new Set(shared.flatMap((group) => group.val)).size;
  const equal = shared.filter(({ likeness }) => likeness === 'equal').length;
  const how = equal === shared.length ? 'equal' : equal === 0 ? 'nearly equal' : 'equal or nearly equal';
  const pairs = shared.map((group) => `${val[group.val[0] ?? 0]} = ${train[group.train[0] ?? 0]}`);
  return [
    `${images} of ${val.length} val images ${images === 1 ? 'is' : 'are'} ${how} to ${images === 1 ? 'one' : 'some'} that ${images === 1 ? 'was' : 'were'} trained on (${some(pairs)}): scores show in part what was learned by heart. Leave them out of train or of val; asl data names them`,
  ];
}
