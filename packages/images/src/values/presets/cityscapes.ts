import type { Color } from '../label-options.ts';

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

/** The colours of Cityscapes' own pictures, in the order of train ids. */
export const CITYSCAPES_COLORS: readonly Color[] = [
  [128, 64, 128],
  [244, 35, 232],
  [70, 70, 70],
  [102, 102, 156],
  [190, 153, 153],
  [153, 153, 153],
  [250, 170, 30],
  [220, 220, 0],
  [107, 142, 35],
  [152, 251, 152],
  [70, 130, 180],
  [220, 20, 60],
  [255, 0, 0],
  [0, 0, 142],
  [0, 0, 70],
  [0, 60, 100],
  [0, 80, 100],
  [0, 0, 230],
  [119, 11, 32],
];
