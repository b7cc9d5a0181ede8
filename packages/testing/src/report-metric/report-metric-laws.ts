import type { ReportedImage, ReportMetric, ReportScore } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { demandSame } from '../law/demand-same.ts';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { albums } from '../pictures/albums.ts';
import { drawAlbum } from '../pictures/draw-album.ts';
import { type Album, isValid, type Picture, perfect } from '../pictures/picture.ts';
import { oneOf, showOptions, type Variant } from '../variants.ts';

interface Input {
  readonly variant: Variant<ReportMetric>;
  readonly album: Album;
  /** What probabilities are drawn from. */
  readonly sharpness: number;
}

/** Of values that are the same but for the order in which they were added. */
const ROUNDING = 1e-9;

/** The laws of metrics that are only reported. @param variants a metric with different options, at least one. */
export function reportMetricLaws(variants: readonly Variant<ReportMetric>[]): readonly Law[] {
  const inputs: fc.Arbitrary<Input> = fc.record({
    variant: oneOf(variants),
    album: albums(),
    sharpness: fc.integer({ min: 0, max: 8 }),
  });
  return [
    law<Input>({
      name: 'range',
      statement:
        'A value is null or a finite number: of shares at most 1, of lengths and counts at least 0; each class has one.',
      inputs,
      show,
      holds: (input) => {
        const { value, perClass } = scoreOf(input, input.album);
        demand(perClass.length === input.album.classes, `${perClass.length} values for ${input.album.classes} classes`);
        for (const each of [value, ...perClass]) demandInRange(input.variant.product, each);
      },
    }),
    law<Input>({
      name: 'right-answer',
      statement: 'Where the label is predicted, and surely, there is no better value.',
      inputs,
      show,
      holds: (input) => {
        const { better } = input.variant.product;
        const { value } = scoreOf({ ...input, sharpness: Number.POSITIVE_INFINITY }, perfect(input.album));
        const best = better === 'lower' ? 0 : 1;
        demand(
          value === null || Math.abs(value - best) <= ROUNDING,
          `the value of the label itself is ${value}, not ${best}`,
        );
      },
    }),
    law<Input>({
      name: 'order',
      statement: 'The order of the images makes no difference.',
      share: 0.5,
      inputs,
      show,
      holds: (input) => {
        const backwards = { ...input.album, pictures: input.album.pictures.toReversed() };
        demandSameScore(scoreOf(input, input.album), scoreOf(input, backwards), 'in the other order');
      },
    }),
    law<Input>({
      name: 'flips',
      statement: 'Upside down and left to right, pictures have the same value.',
      share: 0.5,
      inputs,
      show,
      holds: (input) => {
        const turned = { ...input.album, pictures: input.album.pictures.map(turn) };
        demandSameScore(scoreOf(input, input.album), scoreOf(input, turned), 'turned by 180 degrees');
      },
    }),
    law<Input>({
      name: 'repeated',
      statement: 'Images that are there twice, all of them, change nothing.',
      share: 0.5,
      inputs,
      show,
      holds: (input) => {
        const twice = { ...input.album, pictures: [...input.album.pictures, ...input.album.pictures] };
        demandSameScore(scoreOf(input, input.album), scoreOf(input, twice), 'of all images twice');
      },
    }),
    law<Input>({
      name: 'pure',
      statement: 'What is measured of an image is the same each time, and the image stays as it is.',
      share: 0.5,
      inputs,
      show,
      holds: (input) => {
        const { product } = input.variant;
        for (const picture of input.album.pictures) {
          const image = imageOf(input, picture);
          const before = structuredClone(image);
          const first = product.measure(image);
          demandSame(before, image, 'the image', ['before', 'after']);
          demandSame(first, product.measure(image), 'what is measured', ['first', 'then']);
        }
      },
    }),
    law<Input>({
      name: 'length',
      statement: 'As many numbers are kept of an image as of any other with the same classes.',
      share: 0.2,
      inputs,
      show,
      holds: (input) => {
        const lengths = input.album.pictures.map(
          (picture) => input.variant.product.measure(imageOf(input, picture)).length,
        );
        const tiny = { height: 1, width: 1, prediction: new Uint8Array(1), label: new Uint8Array(1) };
        lengths.push(input.variant.product.measure(imageOf(input, tiny)).length);
        demand(new Set(lengths).size === 1, 'images differ in it', { lengths });
      },
    }),
  ];
}

function turn({ prediction, label, ...size }: Picture): Picture {
  return { ...size, prediction: prediction.toReversed(), label: label.toReversed() };
}

function show({ variant, album }: Input): string {
  return [...showOptions(variant), drawAlbum(album)].join('\n');
}

function scoreOf(input: Input, album: Album): ReportScore {
  const { product } = input.variant;
  const images = album.pictures.map((picture) => product.measure(imageOf({ ...input, album }, picture)));
  return product.score(images, album.classes);
}

function imageOf({ album: { classes }, sharpness }: Input, picture: Picture): ReportedImage {
  // Its own maps: what a metric does to them, it does not do to smaller pictures.
  const maps = { prediction: picture.prediction.slice(), label: picture.label.slice() };
  return { ...picture, ...maps, classes, probabilities: probabilitiesOf(picture, classes, sharpness) };
}

/** Of the class that is predicted the most, and the more the sharper; of a sharpness of Infinity all. */
function probabilitiesOf({ prediction, label }: Picture, classes: number, sharpness: number): Float32Array {
  const pixels = prediction.length;
  const probabilities = new Float32Array(classes * pixels);
  for (let at = 0; at < pixels; at++) {
    const own = prediction[at] as number;
    // Of some pixels another, so that there are several confidences; the same when the picture is turned.
    const rest =
      sharpness === Number.POSITIVE_INFINITY
        ? 0
        : 1 / (1 + sharpness + (isValid(label[at] as number) ? (label[at] as number) % 3 : 0));
    for (let c = 0; c < classes; c++) {
      probabilities[c * pixels + at] = c === own ? 1 - (rest * (classes - 1)) / classes : rest / classes;
    }
  }
  return probabilities;
}

function demandInRange({ unit }: ReportMetric, value: number | null): void {
  if (value === null) return;
  demand(Number.isFinite(value), `a value is ${value}`);
  if (unit === 'share') demand(value >= -1 && value <= 1, `a share is ${value}`);
  else demand(value >= 0, `a ${unit} is ${value}`);
}

function demandSameScore(one: ReportScore, other: ReportScore, how: string): void {
  for (const [at, before] of [one.value, ...one.perClass].entries()) {
    const after = [other.value, ...other.perClass][at] as number | null;
    const same =
      before === null || after === null ? before === after : Math.abs(before - after) <= ROUNDING * Math.max(1, before);
    demand(same, `the value ${at === 0 ? '' : `of class ${at - 1} `}is ${before}, and ${after} ${how}`);
  }
}
