import type { Color } from '../label-options.ts';

/** PASCAL VOC 2012 (Everingham et al. 2010): class names in the order of the label values 0 to 20. */
export const VOC_CLASSES: readonly string[] = (
  'background, aeroplane, bicycle, bird, boat, bottle, bus, car, cat, chair, cow, dining table, dog, horse, motorbike, ' +
  'person, potted plant, sheep, sofa, train, tv/monitor'
).split(', ');

/**
 * The colour of each class in VOC's own palette: the bits of the index, lowest first, fill red, green and blue in turn from their
 * highest bit down.
 */
export const VOC_COLORS: readonly Color[] = VOC_CLASSES.map((_, index) => {
  const channel = (first: number): number => {
    let value = 0;
    for (let bit = 0; 3 * bit + first < 8; bit++) value |= ((index >> (3 * bit + first)) & 1) << (7 - bit);
    return value;
  };
  return [channel(0), channel(1), channel(2)];
});
