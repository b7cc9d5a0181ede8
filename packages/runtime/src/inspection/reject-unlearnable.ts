import { AslError } from '@auto-seg-loss/kernel';
import type { SplitInspection } from '@auto-seg-loss/training';
import { maskAdvice } from './mask-advice.ts';
import { quoted, shareOf } from './wording.ts';

/**
 * Refuses a training split that no loss can be found with, since every loss has the same best network: one that says one class
 * everywhere, or anything.
 * @param dataset its options, as the config has them.
 * @throws AslError ASL_DATA_INVALID.
 */
export function rejectUnlearnable(
  classes: readonly string[],
  { pixels, ignored, images }: Pick<SplitInspection, 'pixels' | 'ignored' | 'images'>,
  dataset: unknown,
): void {
  const masks = maskAdvice(classes, ignored, dataset);
  const present = classes.filter((_, index) => (pixels[index] ?? 0) > 0);
  if (present.length >= 2) return;
  const [only] = present;
  const count = pixels.reduce((sum, each) => sum + each, 0);
  const ignoring = `${ignored} of ${count + ignored} pixels (${shareOf(ignored, count + ignored)}) are ignored`;
  const where = 'training split';
  const expected = 'labelled pixels of two classes at least';
  if (only === undefined) {
    throw new AslError('ASL_DATA_INVALID', 'every pixel of the training labels is ignored: nothing can be learned', {
      where,
      expected,
      received: `${ignoring}, in ${images} label${images === 1 ? '' : 's'}`,
      remedy: `check which label values are ignored${masks === undefined ? '' : `. ${masks}`}`,
    });
  }
  if (classes.length === 1) {
    throw new AslError(
      'ASL_DATA_INVALID',
      'the data set has one class: its softmax is 1 everywhere, and nothing can be learned',
      {
        where: 'dataset.classes',
        expected: 'two classes at least, the background among them',
        received: quoted(classes),
        remedy: 'give the background a class of its own',
      },
    );
  }
  const missing = classes.filter((name) => name !== only);
  throw new AslError('ASL_DATA_INVALID', 'the training labels have pixels of one class alone: nothing can be learned', {
    where,
    expected,
    received: `pixels of ${quoted([only])} and none of ${quoted(missing)}; ${ignoring}`,
    remedy:
      masks ??
      (ignored > 0
        ? 'check which label values are ignored, and how the others become classes'
        : 'check that these are the labels of these images, and how their values become classes'),
  });
}
