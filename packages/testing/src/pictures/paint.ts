import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import type { Album, Picture } from './picture.ts';
import { covers, type Shape, shapes } from './shape.ts';

/** What albums are like. */
export interface AlbumOptions {
  /** Number of classes, at least and at most. Default [1, 5]. */
  readonly classes?: readonly [min: number, max: number];
  /** Number of pictures. Default [1, 3]. */
  readonly pictures?: readonly [min: number, max: number];
  /** Sides in pixels. Default [1, 12], and a few that are wider than a word of bits. */
  readonly sides?: readonly [min: number, max: number];
  /** Whether pixels are ignored. Default true. */
  readonly ignored?: boolean;
  /** Whether all pictures have one size, as a batch does. Default false. */
  readonly oneSize?: boolean;
}

/** How an album is drawn. */
export interface Plan {
  readonly classes: number;
  readonly sizes: readonly (readonly [height: number, width: number])[];
  readonly plans: readonly PicturePlan[];
}

interface PicturePlan {
  /** Values of 3×3 patches to begin with; null for class 0 everywhere. */
  readonly patches: readonly number[] | null;
  readonly label: readonly Shape[];
  readonly ignored: readonly Shape[];
  /** A class that the label has not, if there is another. */
  readonly absent: number | null;
  readonly prediction:
    | { readonly like: 'label' }
    | { readonly like: 'shapes'; readonly shapes: readonly Shape[] }
    | { readonly like: 'moved'; readonly by: readonly [number, number] }
    | { readonly like: 'mended'; readonly shapes: readonly Shape[] };
}

const picturePlans = (ignored: boolean): fc.Arbitrary<PicturePlan> =>
  fc.record({
    patches: fc.option(fc.array(fc.nat(1000), { minLength: 9, maxLength: 9 }), { freq: 2 }),
    label: fc.array(shapes, { maxLength: 3 }),
    ignored: ignored ? fc.array(shapes, { maxLength: 2 }) : fc.constant([]),
    absent: fc.option(fc.nat(10), { freq: 3 }),
    prediction: fc.oneof(
      { weight: 1, arbitrary: fc.constant({ like: 'label' as const }) },
      {
        weight: 2,
        arbitrary: fc.record({ like: fc.constant('shapes' as const), shapes: fc.array(shapes, { maxLength: 5 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          like: fc.constant('moved' as const),
          by: fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 })),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          like: fc.constant('mended' as const),
          shapes: fc.array(shapes, { minLength: 1, maxLength: 3 }),
        }),
      },
    ),
  });

/** Plans of albums: structure first, pixels after. */
export function plans(options: AlbumOptions): fc.Arbitrary<Plan> {
  const { classes = [1, 5], pictures = [1, 3], sides, ignored = true, oneSize = false } = options;
  const [min, max] = sides ?? [1, 12];
  const side = fc.integer({ min, max });
  const wide =
    sides === undefined ? [fc.tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(31, 32, 33, 64, 65))] : [];
  const size = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(side, side) },
    ...wide.map((arbitrary) => ({ weight: 1, arbitrary })),
  );
  return fc
    .record({
      classes: fc.integer({ min: classes[0], max: classes[1] }),
      count: fc.integer({ min: pictures[0], max: pictures[1] }),
      sizes: fc.array(size, { minLength: pictures[1], maxLength: pictures[1] }),
      plans: fc.array(picturePlans(ignored), { minLength: pictures[1], maxLength: pictures[1] }),
    })
    .map((drawn) => ({
      classes: drawn.classes,
      sizes: drawn.sizes.slice(0, drawn.count).map((each) => (oneSize ? (drawn.sizes[0] ?? each) : each)),
      plans: drawn.plans.slice(0, drawn.count),
    }));
}

export function paint({ classes, sizes, plans: pictures }: Plan): Album {
  return {
    classes,
    pictures: pictures.map((plan, index): Picture => {
      const [height, width] = sizes[index] ?? [1, 1];
      const label = paintLabel(plan, classes, height, width);
      return { height, width, label, prediction: paintPrediction(plan, label, classes, height, width) };
    }),
  };
}

function paintLabel(plan: PicturePlan, classes: number, height: number, width: number): Uint8Array {
  const { patches } = plan;
  const patchAt = (row: number, column: number): number =>
    patches?.[3 * Math.floor((3 * row) / height) + Math.floor((3 * column) / width)] ?? 0;
  const label = Uint8Array.from({ length: height * width }, (_, i) => {
    return patchAt(Math.floor(i / width), i % width) % classes;
  });
  paintShapes(label, plan.label, (value) => value % classes, height, width);
  const { absent } = plan;
  if (absent !== null && classes > 1) {
    const [gone, other] = [absent % classes, (absent + 1) % classes];
    for (let i = 0; i < label.length; i++) if (label[i] === gone) label[i] = other;
  }
  paintShapes(label, plan.ignored, () => IGNORE_LABEL, height, width);
  return label;
}

function paintPrediction(
  { prediction }: PicturePlan,
  label: Uint8Array,
  classes: number,
  height: number,
  width: number,
): Uint8Array {
  const classOf = (value: number): number => value % classes;
  // Below ignored pixels, a prediction goes on somehow: here with what is labelled to the left.
  const predicted = new Uint8Array(label.length);
  for (let i = 0; i < label.length; i++) {
    predicted[i] = label[i] === IGNORE_LABEL ? (predicted[i - 1] ?? 0) : (label[i] as number);
  }
  switch (prediction.like) {
    case 'label':
      return predicted;
    case 'moved':
      return predicted.map((_, i) => {
        const row = clamp(Math.floor(i / width) - prediction.by[0], height);
        return predicted[row * width + clamp((i % width) - prediction.by[1], width)] as number;
      });
    case 'mended':
      paintShapes(predicted, prediction.shapes, classOf, height, width);
      return predicted;
    case 'shapes':
      predicted.fill(0);
      paintShapes(predicted, prediction.shapes, classOf, height, width);
      return predicted;
  }
}

function clamp(place: number, length: number): number {
  return Math.min(length - 1, Math.max(0, place));
}

function paintShapes(
  map: Uint8Array,
  drawn: readonly Shape[],
  valueFor: (value: number) => number,
  height: number,
  width: number,
): void {
  for (const shape of drawn) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        if (covers(shape, row, column, height, width)) map[row * width + column] = valueFor(shape.value);
      }
    }
  }
}
