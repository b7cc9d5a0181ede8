import type { SplitInspection } from '@auto-seg-loss/training';
import { maskAdvice } from './mask-advice.ts';
import { quoted, shareOf, some } from './wording.ts';

/** Outlines that nobody labels are 5 to 12 % of the pixels in common data sets: above this share, more than they are left out. */
const LARGEST_BORDER = 0.2;

/** The two sides of a divided training split: labelled pixels of each class. */
export interface DividedPixels {
  readonly train: readonly number[];
  readonly reward: readonly number[];
}

/** The images that are looked at. */
export interface WarnedOf {
  readonly classes: readonly string[];
  /** One for each image. */
  readonly ids: readonly string[];
  /** The data set's options, as the config has them. */
  readonly dataset: unknown;
}

/** What a person should know of the images that a search trains and rewards with, in sentences; nothing where all is well. */
export function dataWarnings(
  { classes, ids, dataset }: WarnedOf,
  inspection: SplitInspection,
  divided: readonly DividedPixels[],
): readonly string[] {
  return [
    ...missingClasses(classes, dataset, inspection),
    ...(divided.length > 1 ? inFewFolds(classes, divided) : divided.flatMap((each) => onOneSide(classes, each))),
    ...ignoredPixels(inspection),
    ...listed(inspection.ignoredWhole, ids, (count) => `${labels(count)} ignored altogether`),
    ...listed(inspection.blank, ids, (count) => `${images(count)} of one colour`),
    ...twins(ids, inspection),
    ...inspection.notes.map(({ note, images: count, first }) =>
      count === 1 ? `${ids[first]}: ${note}` : `${note} (${count} training images, such as ${ids[first]})`,
    ),
  ];
}

function missingClasses(
  classes: readonly string[],
  dataset: unknown,
  { pixels, ignored }: SplitInspection,
): readonly string[] {
  const missing = classes.filter((_, index) => pixels[index] === 0);
  if (missing.length === 0) return [];
  const masks = maskAdvice(classes, ignored, dataset);
  const advice = masks === undefined ? '' : `. ${masks}`;
  return [`no pixel of ${quoted(missing, 8)} is in the training split: no network can learn it${advice}`];
}

function onOneSide(classes: readonly string[], { train, reward }: DividedPixels): readonly string[] {
  const only = (here: readonly number[], there: readonly number[]): readonly string[] =>
    classes.filter((_, index) => (here[index] ?? 0) > 0 && there[index] === 0);
  const unrewarded = only(train, reward);
  const untrained = only(reward, train);
  const more = 'hold out another share (proxy.reward.fraction) if it matters';
  return [
    ...(unrewarded.length === 0
      ? []
      : [
          `no pixel of ${quoted(unrewarded, 8)} is in the images held out for the reward, which cannot tell how well it is learned: ${more}`,
        ]),
    ...(untrained.length === 0
      ? []
      : [
          `all pixels of ${quoted(untrained, 8)} are in the images held out for the reward, so that no proxy can learn it: ${more}`,
        ]),
  ];
}

function inFewFolds(classes: readonly string[], divided: readonly DividedPixels[]): readonly string[] {
  const inFolds = classes.map((_, index) => divided.filter(({ reward }) => (reward[index] ?? 0) > 0).length);
  const named = (holds: (folds: number) => boolean): readonly string[] =>
    classes.filter((_, index) => holds(inFolds[index] as number));
  const few = named((folds) => folds > 1 && folds < divided.length);
  const one = named((folds) => folds === 1);
  const fewer = 'ask for fewer folds (proxy.reward.folds) if it matters';
  return [
    ...(few.length === 0
      ? []
      : [
          `not every fold has pixels of ${quoted(few, 8)}: the rewards of some rounds cannot tell how well it is learned: ${fewer}`,
        ]),
    ...(one.length === 0
      ? []
      : [
          `all pixels of ${quoted(one, 8)} are in one of ${divided.length} folds: where it gives the reward, no proxy can learn it: ${fewer}`,
        ]),
  ];
}

function ignoredPixels({ pixels, ignored }: SplitInspection): readonly string[] {
  const all = ignored + pixels.reduce((sum, count) => sum + count, 0);
  if (ignored <= LARGEST_BORDER * all) return [];
  return [
    `${shareOf(ignored, all)} of the training pixels are ignored, far more than the outlines of objects: check which label values are`,
  ];
}

function listed(indices: readonly number[], ids: readonly string[], say: (count: number) => string): readonly string[] {
  if (indices.length === 0) return [];
  return [`${say(indices.length)}: ${some(indices.map((index) => ids[index] ?? ''))}`];
}

function labels(count: number): string {
  return count === 1 ? 'a training label is' : `${count} training labels are`;
}

function images(count: number): string {
  return count === 1 ? 'a training image is' : `${count} training images are`;
}

function twins(ids: readonly string[], { twins: groups, images: count }: SplitInspection): readonly string[] {
  const [first] = groups;
  if (first === undefined) return [];
  const showing = groups.reduce((sum, group) => sum + group.images.length, 0);
  const near = groups.filter(({ likeness }) => likeness === 'nearly-equal').length;
  const how = near === 0 ? 'equal' : near === groups.length ? 'nearly equal' : 'equal or nearly equal';
  const members = (group: (typeof groups)[number]): string =>
    some(
      group.images.map((index) => ids[index] ?? ''),
      3,
      ' = ',
    );
  const apart =
    first.images.length === count
      ? 'none can be held out for the reward that has no twin among those trained on, so rewards show what was learned by heart'
      : 'twins are on one side of the division into images to train on and images for the reward';
  const contradicting = groups.find(({ labelsDiffer }) => labelsDiffer);
  return [
    `${showing} of ${count} training images are ${how} to others (${members(first)}${groups.length > 1 ? `; ${groups.length} groups` : ''}): ${apart}`,
    ...(contradicting === undefined ? [] : [`equal training images have different labels: ${members(contradicting)}`]),
  ];
}
