import type { TrainingOptions } from '@auto-seg-loss/kernel';
import type { FinalTraining } from '@auto-seg-loss/training';
import { paddedText } from './crop-notes.ts';
import { quoted } from './wording.ts';

/**
 * What a person should know of the images that a network was trained on, in sentences.
 * @param unseen the classes of the training labels that none of its crops has shown.
 */
export function trainingNotes(
  { smallImages, missingClasses }: Pick<FinalTraining, 'smallImages' | 'missingClasses'>,
  unseen: readonly number[],
  { size }: Pick<TrainingOptions, 'size'>,
  classes: readonly string[],
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
    ...(smallImages === undefined ? [] : [paddedText(smallImages, size)]),
  ];
}
