export { decodeImage } from './decode/decode-image.ts';
export { decodeLabel, type LabelOptions as LabelDecodeOptions } from './decode/decode-label.ts';
export {
  decodeVolume,
  VOLUME_HEADER_BYTES,
  type Volume,
  type VolumeShape,
  volumeShape,
} from './decode/decode-volume.ts';
export { IMAGE_ENDINGS, LABEL_ENDINGS } from './decode/endings.ts';
export type { DecodedImage, ImageOptionNames, ImageOptions } from './decode/image-options.ts';
export { percentileWindow, type Window, windowed } from './decode/intensities.ts';
export type { LabelValues } from './decode/label-values.ts';
export { formatNpy, type NpyArray, parseNpy } from './decode/npy.ts';
export { type Axis, sliceAxis, sliceOf, slicesAlong } from './decode/slice-axis.ts';
export { encodeIndexPng, pngText } from './encode/index-png.ts';
export { overlayPng } from './encode/overlay-png.ts';
export { type Panels, panelsPng } from './encode/panels-png.ts';
export { type FoundPairs, findPairs, type SplitNames } from './names/find-pairs.ts';
export { type FolderOption, type Listing, listFolder } from './names/listing.ts';
export { filesOf, type Pair, type SplitPlace } from './names/pair.ts';
export { type NamePair, type Pairing, pairNames } from './names/pair-names.ts';
export { type ListLine, readList } from './names/read-list.ts';
export { proposeSuffixes, type SuffixPair } from './names/suffixes.ts';
export { classColors } from './values/class-colors.ts';
export { type Color, colorSchema, type LabelOptions, labelOptionsSchema } from './values/label-options.ts';
export { type LabelReading, type LabelReadingInputs, labelReading } from './values/label-reading.ts';
export { leaveOut } from './values/leave-out.ts';
export { configOptionNames, LABEL_ARGUMENTS, type OptionNames, PREDICTION_ARGUMENTS } from './values/option-names.ts';
export { PRESETS, type Preset } from './values/presets/index.ts';
export { readClasses } from './values/read-classes.ts';
export { valuesOfClasses } from './values/values-of-classes.ts';
