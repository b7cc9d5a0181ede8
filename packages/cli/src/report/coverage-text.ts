import { alignColumns } from '../terminal/columns.ts';

/** What scores rest on. */
export interface ReportedCoverage {
  readonly images: number;
  /** That count. */
  readonly pixels: number;
  readonly ignored: number;
  readonly ignoredShare: number;
  readonly unusuallyIgnored: boolean;
  /** Pixels of each class, in the labels and in the predictions; without predictions where they are of several networks. */
  readonly classes: readonly { readonly name: string; readonly present: number; readonly predicted?: number }[];
}

/** Of more names the first are shown. */
const MOST_NAMES = 12;

/**
 * What scores rest on, for people: images, pixels, and which classes the labels and the predictions have; with a warning where
 * more is ignored than the outlines that data sets leave out.
 * @param more rows that belong there too.
 */
export function coverageText(
  { images, pixels, ignored, ignoredShare, unusuallyIgnored, classes }: ReportedCoverage,
  more: readonly (readonly [name: string, text: string])[] = [],
): readonly string[] {
  const known = classes.some((one) => one.predicted !== undefined);
  const present = classes.filter((one) => one.present > 0);
  const predicted = classes.filter((one) => (one.predicted ?? 0) > 0);
  const counts = `${present.length} of ${classes.length} in the labels${known ? `, ${predicted.length} predicted` : ''}`;
  const percent = (100 * ignoredShare).toFixed(1);
  return [
    ...alignColumns([
      ['images', images.toLocaleString('en-US')],
      [
        'pixels',
        `${pixels.toLocaleString('en-US')} counted, ${ignored.toLocaleString('en-US')} ignored (${percent} %)`,
      ],
      ['classes', counts],
      ...named(
        'never predicted',
        present.filter((one) => one.predicted === 0),
      ),
      ...named(
        'only predicted',
        predicted.filter((one) => one.present === 0),
      ),
      ...named(
        known ? 'in neither' : 'in no label',
        classes.filter((one) => one.present === 0 && (one.predicted ?? 0) === 0),
      ),
      ...more,
    ]),
    ...(unusuallyIgnored
      ? [`Warning: ${percent} % of the pixels are ignored, more than outlines take: the scores say nothing about them.`]
      : []),
  ];
}

/** Some names in a row; of many the first. */
export function nameList(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return rest <= 0 ? names.join(', ') : `${names.slice(0, MOST_NAMES).join(', ')} and ${rest} more`;
}

function named(
  row: string,
  classes: readonly { readonly name: string }[],
): readonly (readonly [name: string, text: string])[] {
  return classes.length === 0 ? [] : [[row, nameList(classes.map(({ name }) => name))]];
}
