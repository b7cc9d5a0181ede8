import {
  backgroundField,
  definePlugin,
  meanOfPresent,
  type Plugin,
  type ReportedImage,
  type ReportMetric,
  sumOfImages,
} from '@auto-seg-loss/kernel';
import { type Connectivity, components } from '@auto-seg-loss/shapes';
import { z } from 'zod';

interface PanopticOptions {
  readonly background: boolean;
  readonly stuff: readonly number[];
  readonly connectivity: Connectivity;
}

const panopticOptions: z.ZodType<PanopticOptions> = z.strictObject({
  background: backgroundField,
  stuff: z
    .array(z.int().min(0).max(254))
    .max(255)
    .default([0])
    .describe('Classes whose pixels are one segment of an image, by index; of others each component is one.'),
  connectivity: z
    .union([z.literal(4), z.literal(8)])
    .default(8)
    .describe('Pixels of a component that touch: at 4 sides, or at 8 with the corners.'),
});

/** Numbers of a class: the sum of the matches' IoU, matches, predicted segments without one, labelled segments without one. */
const FIELDS = 4;

/** A segment is matched with one that it has more than this of in common: with at most one. */
const MATCHED = 0.5;

/**
 * Panoptic quality: Σ IoU of matched segments / (matches + ½ false alarms + ½ misses) of each class over all images, then the mean over
 * classes (Kirillov et al., *Panoptic Segmentation*, CVPR 2019). Segments are components of the class's pixels, since index
 * images know no instances; of `stuff` all pixels of an image are one. Two segments match where their IoU is above ½. Pixels that do not
 * count are left out of unions; a predicted segment that lies on them by more than half is neither right nor wrong, as published.
 */
export const plugin: Plugin<'report-metric', PanopticOptions> = definePlugin({
  kind: 'report-metric',
  name: 'panoptic-quality',
  summary: 'Panoptic quality of components, averaged over classes',
  options: panopticOptions,
  create: ({ background, stuff, connectivity }): ReportMetric => ({
    name: 'panoptic-quality',
    better: 'higher',
    unit: 'share',
    searchable: 'miou',
    measure: (image) => {
      const counts = new Float64Array(image.classes * FIELDS);
      for (let c = 0; c < image.classes; c++) {
        const segments = (map: Uint8Array | Int32Array): Int32Array =>
          segmentsOf(image, map, c, stuff.includes(c), connectivity);
        counts.set(matchOf(image, segments(image.prediction), segments(image.label)), c * FIELDS);
      }
      return counts;
    },
    score: (images, classes) => {
      const counts = sumOfImages(images);
      const perClass = Array.from({ length: classes }, (_, c) => {
        if (c === 0 && !background) return null;
        const [iou, matches, wrong, missed] = counts.subarray(c * FIELDS) as unknown as [
          number,
          number,
          number,
          number,
        ];
        const segments = matches + (wrong + missed) / 2;
        return segments === 0 ? null : iou / segments;
      });
      return { value: meanOfPresent(perClass.map((value) => value ?? Number.NaN)), perClass };
    },
  }),
});

/** [h, w]: 0 where the map has not the class, else the segment's number from 1. */
function segmentsOf(
  { height, width }: ReportedImage,
  map: Uint8Array | Int32Array,
  index: number,
  isStuff: boolean,
  connectivity: Connectivity,
): Int32Array {
  const mask = Uint8Array.from(map, (value) => (value === index ? 1 : 0));
  return isStuff ? Int32Array.from(mask) : components(mask, height, width, connectivity).labels;
}

/** @returns as `FIELDS` lists them. */
function matchOf({ label, classes }: ReportedImage, predicted: Int32Array, labelled: Int32Array): readonly number[] {
  const areas = { predicted: countOf(predicted), labelled: countOf(labelled), ignored: new Map<number, number>() };
  const common = new Map<string, { readonly p: number; readonly y: number; pixels: number }>();
  for (let at = 0; at < label.length; at++) {
    const [p, y] = [predicted[at] as number, labelled[at] as number];
    if (p === 0) continue;
    const is = label[at] as number;
    if (is < 0 || is >= classes) areas.ignored.set(p, (areas.ignored.get(p) ?? 0) + 1);
    if (y === 0) continue;
    const key = `${p} ${y}`;
    const found = common.get(key);
    if (found === undefined) common.set(key, { p, y, pixels: 1 });
    else found.pixels += 1;
  }
  let [iou, matches] = [0, 0];
  const matched = new Set<number>();
  for (const { p, y, pixels } of common.values()) {
    const union =
      (areas.predicted.get(p) as number) + (areas.labelled.get(y) as number) - pixels - (areas.ignored.get(p) ?? 0);
    if (pixels / union <= MATCHED) continue;
    iou += pixels / union;
    matches += 1;
    matched.add(p);
  }
  const wrong = [...areas.predicted].filter(
    ([p, area]) => !matched.has(p) && (areas.ignored.get(p) ?? 0) / area <= MATCHED,
  ).length;
  return [iou, matches, wrong, areas.labelled.size - matches];
}

function countOf(segments: Int32Array): Map<number, number> {
  const areas = new Map<number, number>();
  for (const segment of segments) if (segment !== 0) areas.set(segment, (areas.get(segment) ?? 0) + 1);
  return areas;
}
