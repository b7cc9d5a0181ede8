import type { DataReport } from '@auto-seg-loss/runtime';

type SplitName = 'train' | 'val';

const LISTED = 3;

/** Outlines that nobody labels are 5 to 12 % of the pixels in common data sets. */
const LARGEST_BORDER = 0.2;

/** What a person should know of the data, in sentences; nothing where all is well. */
export function dataWarnings(report: DataReport): readonly string[] {
  return [
    ...unreadable(report),
    ...(['train', 'val'] as const).flatMap((split) => ofSplit(report, split)),
    ...acrossSplits(report),
    ...report.notes,
  ];
}

function unreadable({ unreadable: samples }: DataReport): readonly string[] {
  const [first] = samples;
  if (first === undefined) return [];
  const others = samples.slice(1, 1 + LISTED).map(({ id }) => id);
  const more = samples.length > 1 ? `\n  and ${samples.length - 1} more: ${some(others, samples.length - 1)}` : '';
  return [
    `${count(samples.length, 'sample')} cannot be used, and ${samples.length === 1 ? 'is' : 'are'} left out here:\n  ${first.error.replaceAll('\n', '\n  ')}${more}`,
  ];
}

function ofSplit(report: DataReport, split: SplitName): readonly string[] {
  const { images, pixels, ignored, ignoredWhole, oneClass, blank, twins, notes } = report[split];
  // A search needs no val split.
  const wanted = split === 'train' || report.unreadable.some((sample) => sample.split === split);
  if (images === 0) return wanted ? [`${split} has no image that can be used`] : [];
  const ids = (indices: readonly number[]): string =>
    some(
      indices.slice(0, LISTED).map((index) => report.ids[split][index] ?? ''),
      indices.length,
    );
  const labelled = pixels.reduce((sum, each) => sum + each, 0);
  const missing = report.classes.filter((_, index) => pixels[index] === 0);
  const showing = twins.reduce((sum, group) => sum + group.images.length, 0);
  const [twin] = twins;
  const contradicting = twins.find(({ labelsDiffer }) => labelsDiffer);
  const said: (string | false)[] = [
    missing.length > 0 &&
      `${split} has no pixel of ${some(
        missing.slice(0, 2 * LISTED).map((name) => `"${name}"`),
        missing.length,
      )}`,
    ignored > LARGEST_BORDER * (labelled + ignored) &&
      `${split}: ${((100 * ignored) / (labelled + ignored)).toFixed(0)} % of the pixels are ignored, far more than outlines of objects`,
    ignoredWhole.length > 0 &&
      `${split}: ${count(ignoredWhole.length, 'label')} ignored altogether: ${ids(ignoredWhole)}`,
    oneClass.length === images && report.classes.length > 1 && `${split}: every label has pixels of one class alone`,
    blank.length > 0 && `${split}: ${count(blank.length, 'image')} of one colour: ${ids(blank)}`,
    twin !== undefined &&
      `${split}: ${showing} of ${images} images are equal or nearly equal to others (${ids(twin.images)}${twins.length > 1 ? `; ${twins.length} groups` : ''}); a search holds them out together`,
    contradicting !== undefined && `${split}: equal images have different labels: ${ids(contradicting.images)}`,
  ];
  return [
    ...said.filter((line) => line !== false),
    ...notes.map(
      ({ note, images: of, first }) =>
        `${split}: ${report.ids[split][first]}${of === 1 ? '' : ` and ${of - 1} more`}: ${note}`,
    ),
  ];
}

function acrossSplits({ shared, ids }: DataReport): readonly string[] {
  return shared.slice(0, LISTED).map(({ likeness, train, val }) => {
    const [a, b] = [ids.train[train[0] ?? 0], ids.val[val[0] ?? 0]];
    const more = shared.length > 1 ? `; ${shared.length} such groups` : '';
    return `${likeness === 'equal' ? 'equal' : 'nearly equal'} images are in train and in val (${a} and ${b}${more}): a report on val then shows what was learned by heart. Leave them out of one of the splits`;
  });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** `a, b and 4 more` @param of how many there are. */
function some(shown: readonly string[], of: number): string {
  return of > shown.length ? `${shown.join(', ')} and ${of - shown.length} more` : shown.join(', ');
}
