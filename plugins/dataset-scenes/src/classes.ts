/** The classes of a scene, in the order of their labels. */
export const CLASSES = ['road', 'pavement', 'building', 'sky', 'tree', 'car', 'person', 'pole', 'sign'] as const;

export type SceneClass = (typeof CLASSES)[number];

/** For pictures: the colours that street data sets use. */
export const COLORS: readonly (readonly [number, number, number])[] = [
  [128, 64, 128],
  [244, 35, 232],
  [110, 110, 110],
  [70, 130, 180],
  [107, 142, 35],
  [0, 0, 160],
  [220, 20, 60],
  [240, 230, 140],
  [250, 140, 0],
];
