/** PASCAL VOC 2012 (Everingham et al. 2010): class names in the order of the label values 0 to 20. */
export const VOC_CLASSES: readonly string[] = (
  'background, aeroplane, bicycle, bird, boat, bottle, bus, car, cat, chair, cow, dining table, dog, horse, motorbike, ' +
  'person, potted plant, sheep, sofa, train, tv/monitor'
).split(', ');
