import type { Point } from '@auto-seg-loss/kernel';

/** A loss found by the authors of Auto Seg-Loss on PASCAL VOC. */
export interface PublishedLoss {
  /** Name of the metric plugin. */
  readonly metric: string;
  /** The metric's options that the loss was found with. */
  readonly options: Readonly<Record<string, number | boolean>>;
  /** Pieces of the Bézier curves. */
  readonly pieces: number;
  /** Control points of each curve, both ends included, in the order of the formula's slots. */
  readonly curves: readonly (readonly Point[])[];
}

/** Free control points, x and y in turn, to all control points. */
function curve(...coordinates: readonly number[]): readonly Point[] {
  const inner: Point[] = [];
  for (let i = 0; i < coordinates.length; i += 2) inner.push([coordinates[i] as number, coordinates[i + 1] as number]);
  return [[0, 0], ...inner, [1, 1]];
}

const region: readonly (readonly Point[])[] = [
  curve(3.65390355e-4, 9.84171689e-1, 9.69491959e-1, 9.92340326e-1, 9.88328516e-1, 9.95552719e-1),
  curve(3.54609758e-1, 2.67221928e-1, 5.60551465e-1, 4.35290039e-1, 5.65432191e-1, 6.01448298e-1),
];
const accuracy: readonly (readonly Point[])[] = [
  curve(2.1453928e-2, 7.3905742e-1, 4.1163361e-1, 7.9865617e-1, 9.1986191e-1, 9.5041156e-1),
];

/** The published losses, by metric; the code and its configs give the same curves for some metrics. */
export const publishedLosses: Readonly<Record<string, PublishedLoss>> = {
  miou: {
    metric: 'miou',
    options: {},
    pieces: 2,
    curves: [
      curve(5.6972844e-4, 6.4372045e-1, 3.38589169e-1, 7.0554336e-1, 6.25281252e-1, 7.79551927e-1),
      curve(6.9037557e-1, 1.306289e-2, 8.34170515e-1, 9.62431815e-1, 9.42998269e-1, 9.80038125e-1),
    ],
  },
  fwiou: { metric: 'fwiou', options: {}, pieces: 2, curves: region },
  biou: { metric: 'biou', options: { tolerance: 5, background: false }, pieces: 2, curves: region },
  macc: { metric: 'macc', options: {}, pieces: 2, curves: accuracy },
  gacc: { metric: 'gacc', options: {}, pieces: 2, curves: accuracy },
  bf1: {
    metric: 'bf1',
    options: { tolerance: 5, background: true },
    pieces: 1,
    curves: [
      curve(0.8113003, 0.8526163),
      curve(0.1716458, 0.031648),
      curve(0.2099739, 0.4490329),
      curve(0.0784752, 0.8753038),
    ],
  },
};
