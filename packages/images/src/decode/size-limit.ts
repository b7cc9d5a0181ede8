import { NotRead } from './unusable.ts';

/**
 * Refuses a size that a file's header promises, before memory is taken for it.
 * @throws NotRead for more pixels than `maximum`, naming the option that raises it.
 */
export function checkSize(sides: readonly number[], maximum: number): void {
  const pixels = sides.reduce((product, side) => product * side, 1);
  if (sides.some((side) => !(side >= 1)))
    throw new NotRead(
      `an empty picture, ${sides.join(' × ')}`,
      'take it out of the data set, or copy it again from the source',
    );
  if (pixels > maximum)
    throw new NotRead(
      `${sides.join(' × ')} pixels by its header`,
      `raise maximumPixels, which is ${maximum}, if the file is really that large`,
    );
}
