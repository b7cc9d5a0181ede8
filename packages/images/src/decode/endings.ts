/** Endings of the files that `decodeLabel` reads. What a file is, its first bytes say; endings only find files in a folder. */
export const LABEL_ENDINGS: readonly string[] = [
  '.png',
  '.gif',
  '.tif',
  '.tiff',
  '.bmp',
  '.npy',
  '.npz',
  '.nii',
  '.nii.gz',
  '.jpg',
  '.jpeg',
];

/** Endings of the files that `decodeImage` reads. */
export const IMAGE_ENDINGS: readonly string[] = [
  '.png',
  '.jpg',
  '.jpeg',
  '.webp',
  '.tif',
  '.tiff',
  '.gif',
  '.avif',
  '.bmp',
];
