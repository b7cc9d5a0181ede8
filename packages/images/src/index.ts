export { type DecodedImage, decodeImage, type ImageOptions } from './decode/decode-image.ts';
export { decodeLabel, type LabelOptions } from './decode/decode-label.ts';
export { IMAGE_ENDINGS, LABEL_ENDINGS } from './decode/endings.ts';
export type { LabelValues } from './decode/label-values.ts';
