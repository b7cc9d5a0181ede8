import { looksAtNeighbours, readFormula } from '@auto-seg-loss/formula';
import {
  type Curve,
  IGNORE_LABEL,
  type Metric,
  type PerClass,
  type Plugin,
  Random,
  type Surrogate,
  weightedMetric,
} from '@auto-seg-loss/kernel';
import { allMetrics, type MetricOptions } from '../../../packages/formula/test/metrics.ts';
import { shippedPlugins } from '../../../packages/shipped/src/shipped-plugins.ts';
import { monotonicity, truthTable } from '../../../packages/testing/src/curves/reference-constraints.ts';
import type { Album } from '../../../packages/testing/src/pictures/picture.ts';
import { bezierSurrogate } from '../../../plugins/surrogate-bezier/src/bezier-surrogate.ts';
import { linearSurrogate } from '../../../plugins/surrogate-linear/src/linear-surrogate.ts';

/** A metric's loss and a batch. */
export interface ExportCase extends Batch {
  readonly metric: Metric;
  readonly curves: readonly Curve[];
  readonly absent: 'zero' | 'skip';
  /** What logits are divided by. */
  readonly temperature: number;
  /** Whether curves may have steps and be vertical. */
  readonly corners: boolean;
}

/** What a loss is of. */
export interface Batch {
  /** What is special of it, for people to see. */
  readonly title: string;
  readonly classes: number;
  readonly album: Album;
  /** [n, h, w, c]; values of float32. */
  readonly logits: Float64Array;
  /** Whether extremes of windows are tied: which of the equal ones has the slope is up to each framework. */
  readonly tied: boolean;
}

/** [n, h, w, c] */
export function shapeOf({ album: { pictures }, classes }: Batch): readonly [number, number, number, number] {
  const { height, width } = pictures[0] as (typeof pictures)[number];
  return [pictures.length, height, width, classes];
}

export function labelsOf({ album }: Batch): readonly number[] {
  return album.pictures.flatMap(({ label }) => [...label]);
}

type Size = readonly [images: number, height: number, width: number];

/** How a batch is drawn. */
export interface Drawn {
  readonly title: string;
  readonly size: Size;
  readonly classes: number;
  /** Deviation of the logits; with `extreme` all are this or its opposite. */
  readonly spread: number;
  readonly extreme?: true;
  /** The share of pixels that is ignored. */
  readonly ignored: number;
  /** Classes of the labels; the others are absent. */
  readonly labelled: number;
}

const ordinary: Drawn = { title: 'ordinary', size: [2, 5, 7], classes: 3, spread: 1.5, ignored: 0, labelled: 3 };
export const batches: readonly Drawn[] = [
  ordinary,
  { ...ordinary, title: 'ignored pixels', ignored: 0.3 },
  { ...ordinary, title: 'absent classes', classes: 4, labelled: 2, ignored: 0.1 },
  { ...ordinary, title: 'batch of one', size: [1, 6, 5] },
  { ...ordinary, title: 'a single row', size: [3, 1, 9] },
  { ...ordinary, title: 'all ignored', ignored: 1 },
  { ...ordinary, title: 'logits of ±80', spread: 80, extreme: true, ignored: 0.1 },
  { ...ordinary, title: 'two classes, one of them in the labels', classes: 2, labelled: 1 },
];

/** Parameters of accepted curves: anywhere, or in the corners, where handles lie on knots and ends are vertical. */
type Corners = 'anywhere' | 'corners';

const surrogates: readonly Surrogate[] = [
  bezierSurrogate(1),
  bezierSurrogate(2),
  bezierSurrogate(3),
  linearSurrogate(1),
  linearSurrogate(3),
];

interface Options extends MetricOptions {
  readonly absent: 'zero' | 'skip';
  readonly corners: Corners;
  readonly temperature?: number;
}

const options: readonly Options[] = [
  { tolerance: 1, background: true, average: 'dataset', absent: 'zero', corners: 'anywhere' },
  { tolerance: 2, background: false, average: 'image', absent: 'skip', corners: 'anywhere', temperature: 1.7 },
  { tolerance: 3, background: true, average: 'class-and-image', absent: 'zero', corners: 'corners' },
  { tolerance: 4, background: false, average: 'dataset', absent: 'skip', corners: 'corners' },
  {
    tolerance: 5,
    background: true,
    average: 'image',
    absent: 'skip',
    corners: 'anywhere',
    diagonal: 0.2,
    temperature: 0.5,
  },
];

function drawCurve(surrogate: Surrogate, corners: Corners, random: Random): Curve {
  const constraints = [truthTable, monotonicity];
  const theta = Array.from({ length: surrogate.dimensions(constraints) }, () => {
    const anywhere = random.uniform();
    return corners === 'anywhere' ? anywhere : ([0, 0.5, 1, anywhere][random.integer(0, 3)] as number);
  });
  return surrogate.decode(theta, constraints);
}

export function drawBatch(
  { size: [images, height, width], classes, spread, extreme, ignored, labelled }: Drawn,
  random: Random,
): Pick<Batch, 'album' | 'logits' | 'classes'> {
  const pixels = height * width;
  const logits = Float64Array.from({ length: images * pixels * classes }, () => {
    const normal = random.normal();
    return Math.fround(extreme ? spread * Math.sign(normal) : spread * normal);
  });
  const pictures = Array.from({ length: images }, () => ({
    height,
    width,
    prediction: new Uint8Array(pixels),
    label: Uint8Array.from({ length: pixels }, () =>
      random.uniform() < ignored ? IGNORE_LABEL : random.integer(0, labelled - 1),
    ),
  }));
  return { classes, logits, album: { classes, pictures } };
}

/** Discs as no metric has them: of pixels that are no squares, and wider than the picture. */
const discs: Metric = {
  name: 'discs',
  measure: ({ and, or, erode, dilate, minus, sum }, { prediction, label }) => {
    const inner = erode(prediction, { radius: { disc: 1.3, spacing: [1.2, 0.6] }, outside: 0 });
    const near = dilate(prediction, { disc: 2 });
    return {
      hits: sum(and('hits', minus(near, inner), dilate(label, { disc: 9, spacing: [1, 3] }))),
      all: sum(or('all', near, erode(label, { radius: { disc: 1 } }))),
    };
  },
  score: ({ mean, ratio }, { hits, all }) => mean(ratio(hits as PerClass, all as PerClass)),
};

/** Each in one form: their operations are those of the others, but for discs and factors of classes. */
const others: readonly (readonly [name: string, options: object])[] = [
  ['fbeta', {}],
  ['tversky-index', { average: 'image' }],
  ['generalised-dice', {}],
  ['nsd', { tolerance: [1, 0, 1.5], spacing: [1, 0.7], steps: 2 }],
];
const otherMetrics = others.map(([name, given]): Metric => {
  const plugin = shippedPlugins.find((each) => each.kind === 'metric' && each.name === name) as Plugin;
  return plugin.create(plugin.options.parse(given), { baseDir: '.', cacheDir: '.' }) as Metric;
});

/** Every shipped metric under all its options, each with all batches; the same each time. */
export function exportCases(): readonly ExportCase[] {
  return options.flatMap((each, o) => {
    const metrics = allMetrics(each);
    const parts = metrics.filter(({ name }) => /^(miou|bf1)\b/.test(name));
    const weighted = weightedMetric(
      'weighted',
      parts.map((metric, index) => ({ metric, weight: 1 - index / 2 })),
    );
    return [...metrics, weighted, ...(o === 0 ? [discs, ...otherMetrics] : [])].flatMap((metric, m) =>
      batches.map((batch, b): ExportCase => {
        const random = Random.fromSeed(`${o} ${metric.name} ${b}`);
        const surrogate = surrogates[(o + m + b) % surrogates.length] as Surrogate;
        const curves = readFormula(metric).slots.map(() => drawCurve(surrogate, each.corners, random));
        const { absent, temperature = 1 } = each;
        const corners = each.corners === 'corners';
        const title = `${metric.name} ${JSON.stringify(each)}, ${surrogate.name}, ${each.corners}, ${batch.title}`;
        const tied = batch.extreme === true && looksAtNeighbours(metric);
        return { title, metric, curves, absent, temperature, tied, corners, ...drawBatch(batch, random) };
      }),
    );
  });
}
