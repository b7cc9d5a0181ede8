import { readFileSync } from 'node:fs';
import type { Plugin, ReportedImage, ReportMetric, ReportScore } from '@auto-seg-loss/kernel';
import { expect, test } from 'vitest';
import { plugin as assd } from '../../plugins/report-metric-assd/src/index.ts';
import { plugin as bettiError } from '../../plugins/report-metric-betti-error/src/index.ts';
import { plugin as ece } from '../../plugins/report-metric-ece/src/index.ts';
import { plugin as hd } from '../../plugins/report-metric-hd/src/index.ts';
import { plugin as hd95 } from '../../plugins/report-metric-hd95/src/index.ts';
import { plugin as mcc } from '../../plugins/report-metric-mcc/src/index.ts';
import { plugin as panopticQuality } from '../../plugins/report-metric-panoptic-quality/src/index.ts';

type Distances = Readonly<Record<'hd' | 'hd95' | 'assd', readonly number[]>>;

interface GoldenImage {
  readonly height: number;
  readonly width: number;
  readonly label: readonly number[];
  readonly ignored: readonly number[];
  readonly prediction: readonly number[];
  readonly probabilities: readonly number[];
  readonly distances: Readonly<Record<'one' | 'two', Distances>>;
  readonly betti: readonly number[];
}

/** As golden/make-goldens.py wrote it. */
const golden = JSON.parse(readFileSync(new URL('golden/report-metrics.json', import.meta.url), 'utf8')) as {
  readonly classes: number;
  readonly images: readonly GoldenImage[];
  readonly mcc: { readonly all: number; readonly perClass: readonly number[]; readonly ignored: number };
  readonly ece: { readonly 15: number; readonly 4: number; readonly ignored: number };
  readonly panoptic: { readonly all: readonly number[]; readonly ignored: readonly number[] };
};

function make<Options>(plugin: Plugin<'report-metric', Options>, options: object = {}): ReportMetric {
  return plugin.create(plugin.options.parse(options), { baseDir: '', cacheDir: '' }) as ReportMetric;
}

function imageOf(image: GoldenImage, label: 'label' | 'ignored' = 'label'): ReportedImage {
  const { height, width, prediction, probabilities } = image;
  return {
    height,
    width,
    classes: golden.classes,
    prediction: Uint8Array.from(prediction),
    label: Uint8Array.from(image[label]),
    probabilities: Float32Array.from(probabilities),
  };
}

function scoreOf(metric: ReportMetric, images: readonly ReportedImage[]): ReportScore {
  return metric.score(
    images.map((image) => metric.measure(image)),
    golden.classes,
  );
}

const all = golden.images.map((image) => imageOf(image));
const withIgnored = golden.images.map((image) => imageOf(image, 'ignored'));

function expectClose(received: readonly (number | null)[], expected: readonly number[], digits = 5): void {
  expect(received).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(received[index]).toBeCloseTo(value, digits);
}

for (const [spacing, name] of [
  [[1, 1], 'one'],
  [[2, 0.5], 'two'],
] as const)
  test(`distances of surfaces, with a spacing of ${spacing.join(' and ')}, are MONAI's`, () => {
    for (const image of golden.images) {
      for (const plugin of [hd, hd95, assd]) {
        const { perClass } = scoreOf(make(plugin, { spacing }), [imageOf(image)]);
        expectClose(perClass, image.distances[name][plugin.name as keyof Distances]);
      }
    }
  });

test('a class that is missing is as far off as the diagonal, or left out', () => {
  const image: ReportedImage = {
    height: 4,
    width: 5,
    classes: 3,
    prediction: new Uint8Array(20).fill(1),
    label: new Uint8Array(20).fill(1).fill(2, 0, 5),
  };
  expect(scoreOf(make(hd95), [image]).perClass[2]).toBe(5);
  expect(scoreOf(make(hd95, { spacing: [2, 0.5] }), [image]).perClass[2]).toBeCloseTo(Math.hypot(6, 2), 12);
  expect(scoreOf(make(hd95, { missing: 'absent' }), [image]).perClass).toEqual([null, expect.any(Number), null]);
  expect(scoreOf(make(hd95), [image]).perClass[0]).toBeNull();
});

test("components and holes too many or too few are scikit-image's", () => {
  for (const image of golden.images) expect(scoreOf(make(bettiError), [imageOf(image)]).perClass).toEqual(image.betti);
});

test("the correlation coefficient is scikit-learn's", () => {
  const { value, perClass } = scoreOf(make(mcc), all);
  expectClose([value, ...perClass], [golden.mcc.all, ...golden.mcc.perClass], 12);
  expectClose([scoreOf(make(mcc), withIgnored).value], [golden.mcc.ignored], 12);
});

test('a correlation of what does not vary is absent', () => {
  const even = { height: 1, width: 4, classes: 2, label: new Uint8Array([0, 1, 0, 1]), prediction: new Uint8Array(4) };
  expect(make(mcc).score([make(mcc).measure(even)], 2)).toEqual({ value: null, perClass: [null, null] });
});

test("the calibration error is torchmetrics'", () => {
  expectClose([scoreOf(make(ece), all).value], [golden.ece['15']]);
  expectClose([scoreOf(make(ece, { bins: 4 }), all).value], [golden.ece['4']]);
  expectClose([scoreOf(make(ece), withIgnored).value], [golden.ece.ignored]);
});

test("panoptic quality is torchmetrics'", () => {
  expectClose(scoreOf(make(panopticQuality), all).perClass, golden.panoptic.all);
  expectClose(scoreOf(make(panopticQuality), withIgnored).perClass, golden.panoptic.ignored);
});
