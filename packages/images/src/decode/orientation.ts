import { CONFIG_NAMES, type ImageOptions } from './image-options.ts';

export interface Size {
  readonly height: number;
  readonly width: number;
}

interface Decision {
  readonly apply: boolean;
  readonly note?: string;
}

/** What each of EXIF's numbers asks a viewer to do. */
const MEANINGS: Readonly<Record<number, string>> = {
  2: 'mirrored',
  3: 'turned by 180°',
  4: 'mirrored and turned by 180°',
  5: 'mirrored and turned by 90° to the left',
  6: 'turned by 90° to the right',
  7: 'mirrored and turned by 90° to the right',
  8: 'turned by 90° to the left',
};

/**
 * Whether to apply the orientation that a camera noted. Annotation tools differ in whether they do, so the label's size
 * decides where it can.
 * @param orientation EXIF's number, 1 for upright.
 * @param stored the size of the pixels as they are stored.
 */
export function decideOrientation(
  orientation: number,
  stored: Size,
  label: Size | undefined,
  option: ImageOptions['orientation'],
  names: ImageOptions['names'] = CONFIG_NAMES,
): Decision {
  const meaning = MEANINGS[orientation];
  if (meaning === undefined || option === 'ignore') return { apply: false };
  if (option === 'apply') return { apply: true };
  const asks = `its EXIF orientation ${orientation} asks for it to be ${meaning}`;
  const choose = `say ${names.orientation('apply')} if the labels were drawn on it as viewers show it, or "ignore"`;
  const turns = orientation >= 5;
  if (turns && label !== undefined && stored.height !== stored.width) {
    if (label.height === stored.width && label.width === stored.height)
      return { apply: true, note: `${asks}: that was done, since its label has the turned size` };
    if (label.height === stored.height && label.width === stored.width)
      return { apply: false, note: `${asks}: that was not done, since its label has the stored size` };
    return { apply: false, note: `${asks}: that was not done, since its label has neither size; ${choose}` };
  }
  const reason = label === undefined ? 'no label says whether it should be' : 'its size is the same either way';
  return { apply: false, note: `${asks}: that was not done, since ${reason}; ${choose}` };
}
