/** Cityscapes (Cordts et al. 2016): its 19 classes of evaluation in the order of train ids, with the label id of each. */
export const CITYSCAPES_CLASSES: readonly (readonly [name: string, id: number])[] = [
  ['road', 7],
  ['sidewalk', 8],
  ['building', 11],
  ['wall', 12],
  ['fence', 13],
  ['pole', 17],
  ['traffic light', 19],
  ['traffic sign', 20],
  ['vegetation', 21],
  ['terrain', 22],
  ['sky', 23],
  ['person', 24],
  ['rider', 25],
  ['car', 26],
  ['truck', 27],
  ['bus', 28],
  ['train', 31],
  ['motorcycle', 32],
  ['bicycle', 33],
];

/** The largest label id; −1 (a licence plate) is 255 in a byte. */
export const CITYSCAPES_LAST_ID = 33;
