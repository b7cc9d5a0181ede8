import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { Color } from '../label-options.ts';
import { ADE20K_CLASSES } from './ade20k.ts';
import { CITYSCAPES_CLASSES, CITYSCAPES_COLORS, CITYSCAPES_LAST_ID } from './cityscapes.ts';
import { COCO_STUFF_CLASSES, COCO_STUFF_UNUSED } from './coco-stuff.ts';
import { VOC_CLASSES, VOC_COLORS } from './voc.ts';

/** How a well-known data set writes its labels. */
export interface Preset {
  readonly summary: string;
  /** Class names in the order of the class indices; undefined where the number of classes is the user's. */
  readonly classes: readonly string[] | undefined;
  /** A colour for each class, where the data set's own pictures have such. */
  readonly colors?: readonly Color[];
  /** Class index of each label value, IGNORE_LABEL where pixels do not count. @param classes their number. */
  readonly targets: (classes: number) => ReadonlyMap<number, number>;
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

const ignoring = (values: readonly number[]): [number, number][] => values.map((value) => [value, IGNORE_LABEL]);

const counting = (values: readonly number[]): [number, number][] => values.map((value, index) => [value, index]);

const JPEG_NOISE = 4;

/** By the name that `map` takes. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  voc: {
    summary: 'PASCAL VOC: 0 to 20; 255, the outlines, is ignored',
    classes: VOC_CLASSES,
    colors: VOC_COLORS,
    targets: () => new Map([...counting(range(0, 21)), ...ignoring([255])]),
  },
  cityscapes: {
    summary: "Cityscapes' label ids (…_labelIds.png): 19 of them become train ids, the others are ignored",
    classes: CITYSCAPES_CLASSES.map(([name]) => name),
    colors: CITYSCAPES_COLORS,
    targets: () =>
      new Map([
        ...ignoring([-1, ...range(0, CITYSCAPES_LAST_ID + 1), 255]),
        ...counting(CITYSCAPES_CLASSES.map(([, id]) => id)),
      ]),
  },
  'cityscapes-train-ids': {
    summary: "Cityscapes' train ids (…_labelTrainIds.png): 0 to 18; 255 and -1 are ignored",
    classes: CITYSCAPES_CLASSES.map(([name]) => name),
    colors: CITYSCAPES_COLORS,
    targets: () => new Map([...counting(range(0, CITYSCAPES_CLASSES.length)), ...ignoring([255, -1])]),
  },
  ade20k: {
    summary: 'ADE20K, scene parsing: 0 is ignored, 1 to 150 become 0 to 149',
    classes: ADE20K_CLASSES,
    targets: () => new Map([...ignoring([0]), ...counting(range(1, ADE20K_CLASSES.length + 1))]),
  },
  'coco-stuff': {
    summary: 'COCO-Stuff 164k: the 171 values that occur, of 0 to 181, become 0 to 170; 255 is ignored',
    classes: COCO_STUFF_CLASSES,
    targets: () =>
      new Map([...counting(range(0, 182).filter((value) => !COCO_STUFF_UNUSED.includes(value))), ...ignoring([255])]),
  },
  binary: {
    summary: 'masks of 0 and 255: 255 is class 1',
    classes: ['background', 'foreground'],
    targets: () =>
      new Map([
        [0, 0],
        [255, 1],
      ]),
  },
  'binary-jpeg': {
    summary: 'masks of 0 and 255 that were saved as JPEG: 0 to 3 is class 0, 252 to 255 class 1',
    classes: ['background', 'foreground'],
    targets: () =>
      new Map(
        range(0, JPEG_NOISE).flatMap((value): [number, number][] => [
          [value, 0],
          [255 - value, 1],
        ]),
      ),
  },
  'one-based': {
    summary: '0 is ignored, and 1 is the first class (LoveDA, COCO-Stuff 10k)',
    classes: undefined,
    targets: (classes) => new Map([...ignoring([0]), ...counting(range(1, classes + 1))]),
  },
};
