import { fieldOf } from '../view/stored-fields.ts';

/** The commonest way to lose a class of two. */
const ADVICE =
  'Where 255 is the foreground of a mask of 0 and 255, it must not be ignored: read such masks with dataset.labels.map: binary';
/** The foreground of such masks. */
const FOREGROUND = 255;

/**
 * What may have become of a class that has no pixel.
 * @param dataset its options, as the config has them.
 * @returns undefined where it cannot be that the foreground of masks is ignored: other than two classes, nothing ignored, or
 * other values than 255.
 */
export function maskAdvice(classes: readonly string[], ignored: number, dataset: unknown): string | undefined {
  return classes.length === 2 && ignored > 0 && mayIgnoreForeground(dataset) ? ADVICE : undefined;
}

/** Whether 255 is among the values that a config ignores; a map may ignore it without that. */
function mayIgnoreForeground(dataset: unknown): boolean {
  const map = fieldOf(fieldOf(dataset, 'labels'), 'map');
  if (map !== undefined) return map !== 'binary' && map !== 'binary-jpeg';
  const named = fieldOf(fieldOf(dataset, 'labels'), 'ignore') ?? fieldOf(dataset, 'ignoreLabel');
  return named === undefined || [named].flat().includes(FOREGROUND);
}
