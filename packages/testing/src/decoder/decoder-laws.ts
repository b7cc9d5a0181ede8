import type { DecodedImage, Decoder } from '@auto-seg-loss/kernel';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import type { Variant } from '../variants.ts';
import {
  type DecoderInput,
  decoderInputs,
  equalProbabilities,
  type OneHotInput,
  oneHot,
  oneHotInputs,
  plainInputs,
  probabilitiesOf,
  type Rearranged,
  rearranged,
  showDecoderInput as show,
} from './decoder-input.ts';

/** The laws of decoders. @param variants a decoder with different options, at least one. */
export function decoderLaws(variants: readonly Variant<Decoder>[]): readonly Law[] {
  const inputs = decoderInputs(variants);
  const decoded = ({ variant: { product }, image, parts }: DecoderInput): Uint8Array =>
    product.decode(probabilitiesOf(parts, image), image);
  return [
    law<DecoderInput>({
      name: 'classes',
      statement: 'There is a class of the image for each of its pixels, and nothing else.',
      inputs,
      show,
      holds: (input) => {
        const made = decoded(input);
        demandClasses(made, input.image);
      },
    }),
    law<DecoderInput>({
      name: 'pure',
      statement: 'The same probabilities give the same classes, and stay as they are.',
      inputs,
      show,
      holds: ({ variant: { product }, image, parts }) => {
        const probabilities = probabilitiesOf(parts, image);
        const first = product.decode(probabilities, image).slice();
        const written = probabilitiesOf(parts, image).findIndex((p, index) => !Object.is(p, probabilities[index]));
        demand(written < 0, `probability ${written} is ${probabilities[written]} after it was decoded`);
        // Others in between: what it keeps of an image must not matter to the next.
        product.decode(equalProbabilities(image), image);
        demandEqual(first, product.decode(probabilities, image), 'at first', 'the second time');
      },
    }),
    law<Rearranged>({
      name: 'rearranged',
      statement: 'Where pixels change places, so do their classes.',
      inputs: rearranged(variants),
      show: ({ input, order }) => `${show(input)}\nplaces: [${order.join(', ')}]`,
      holds: ({ input, order }) => {
        const { variant, image, parts } = input;
        const before = decoded(input);
        const moved = decoded({ variant, image, parts: order.map((place) => parts[place] as readonly number[]) });
        const expected = Uint8Array.from(order, (place) => before[place] as number);
        demandEqual(expected, moved, 'in its old place', 'in its new one');
      },
    }),
    law<OneHotInput>({
      name: 'one-hot',
      statement: 'Where each pixel is sure of its class, that is its class.',
      inputs: oneHotInputs(variants),
      show: ({ image, classes }) =>
        `${image.height} × ${image.width}, ${image.classes} classes: [${classes.join(', ')}]`,
      holds: ({ variant: { product }, image, classes }) => {
        demandEqual(Uint8Array.from(classes), product.decode(oneHot(classes, image), image), 'for sure', 'decoded');
      },
    }),
    law<DecoderInput>({
      name: 'equal',
      statement: 'Where all classes are equally probable everywhere, all pixels have one class.',
      inputs: plainInputs(variants),
      show: ({ image }) => `${image.height} × ${image.width}, ${image.classes} classes`,
      holds: ({ variant: { product }, image }) => {
        const made = product.decode(equalProbabilities(image), image);
        demandClasses(made, image);
        const other = made.findIndex((c) => c !== made[0]);
        demand(other < 0, `pixel ${other} has class ${made[other]}, pixel 0 class ${made[0]}`);
      },
    }),
    law<DecoderInput>({
      name: 'most-probable',
      statement:
        'If it says that it needs no probabilities, it decides for the most probable class, of equal ones the lowest.',
      inputs,
      show,
      skip: variants.every(({ product }) => product.needsProbabilities) ? 'it needs probabilities' : undefined,
      holds: (input) => {
        const { variant, parts } = input;
        if (variant.product.needsProbabilities) return;
        const largest = Uint8Array.from(parts, (shares) => shares.indexOf(Math.max(...shares)));
        demandEqual(largest, decoded(input), 'as the most probable', 'decoded');
      },
    }),
  ];
}

function demandClasses(made: Uint8Array, { classes, height, width }: DecodedImage): void {
  demand(made instanceof Uint8Array, 'it gives no Uint8Array');
  demand(made.length === height * width, `there are ${made.length} classes for ${height * width} pixels`);
  const outside = made.findIndex((c) => c >= classes);
  demand(outside < 0, `pixel ${outside} has class ${made[outside]} of ${classes} classes`);
}

function demandEqual(one: Uint8Array, other: Uint8Array, first: string, second: string): void {
  demand(other.length === one.length, `there are ${other.length} classes for ${one.length} pixels`);
  const place = one.findIndex((c, pixel) => c !== other[pixel]);
  demand(place < 0, `pixel ${place} has class ${one[place]} ${first}, class ${other[place]} ${second}`);
}
