import type { DecodedImage, Decoder } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { oneOf, showOptions, type Variant } from '../variants.ts';

/** An image to be decoded. */
export interface DecoderInput {
  readonly variant: Variant<Decoder>;
  readonly image: DecodedImage;
  /** Of each pixel, what each class has of it: whole numbers, not all 0. [h · w][c] */
  readonly parts: readonly (readonly number[])[];
}

/** An image, and the pixel that comes to each place. */
export interface Rearranged {
  readonly input: DecoderInput;
  readonly order: readonly number[];
}

/** An image of which a network is sure. */
export interface OneHotInput {
  readonly variant: Variant<Decoder>;
  readonly image: DecodedImage;
  readonly classes: readonly number[];
}

const images: fc.Arbitrary<DecodedImage> = fc.record({
  classes: fc.integer({ min: 1, max: 6 }),
  height: fc.integer({ min: 1, max: 5 }),
  width: fc.integer({ min: 1, max: 5 }),
});

/** Few values, so that probabilities are often equal; or many. */
const shares = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 1000 }));

/** Images of any probabilities. */
export function decoderInputs(variants: readonly Variant<Decoder>[]): fc.Arbitrary<DecoderInput> {
  return images.chain((image) => {
    const pixel = fc
      .array(shares, { minLength: image.classes, maxLength: image.classes })
      .filter((all) => all.some((one) => one > 0));
    const pixels = image.height * image.width;
    return fc.record({
      variant: oneOf(variants),
      image: fc.constant(image),
      parts: fc.array(pixel, { minLength: pixels, maxLength: pixels }),
    });
  });
}

/** The same, of which only the sizes matter. */
export function plainInputs(variants: readonly Variant<Decoder>[]): fc.Arbitrary<DecoderInput> {
  return fc.record({ variant: oneOf(variants), image: images, parts: fc.constant([]) });
}

/** Images whose pixels change places. */
export function rearranged(variants: readonly Variant<Decoder>[]): fc.Arbitrary<Rearranged> {
  return decoderInputs(variants).chain((input) => {
    const places = input.parts.map((_, place) => place);
    const order = fc.shuffledSubarray(places, { minLength: places.length, maxLength: places.length });
    return fc.record({ input: fc.constant(input), order });
  });
}

/** Images of which a network is sure. */
export function oneHotInputs(variants: readonly Variant<Decoder>[]): fc.Arbitrary<OneHotInput> {
  return images.chain((image) => {
    const pixels = image.height * image.width;
    return fc.record({
      variant: oneOf(variants),
      image: fc.constant(image),
      classes: fc.array(fc.nat(image.classes - 1), { minLength: pixels, maxLength: pixels }),
    });
  });
}

/** [c, h, w] */
export function probabilitiesOf(parts: DecoderInput['parts'], { classes }: DecodedImage): Float32Array {
  const pixels = parts.length;
  const probabilities = new Float32Array(classes * pixels);
  for (const [pixel, own] of parts.entries()) {
    const total = own.reduce((sum, share) => sum + share, 0);
    for (const [c, share] of own.entries()) probabilities[c * pixels + pixel] = share / total;
  }
  return probabilities;
}

/** [c, h, w] */
export function oneHot(labels: readonly number[], { classes }: DecodedImage): Float32Array {
  const probabilities = new Float32Array(classes * labels.length);
  for (const [pixel, c] of labels.entries()) probabilities[c * labels.length + pixel] = 1;
  return probabilities;
}

/** [c, h, w] */
export function equalProbabilities({ classes, height, width }: DecodedImage): Float32Array {
  return new Float32Array(classes * height * width).fill(1 / classes);
}

/** Probabilities in thousandths, a line for each class. */
export function showDecoderInput({ variant, image, parts }: DecoderInput): string {
  const probabilities = probabilitiesOf(parts, image);
  const pixels = parts.length;
  return [
    ...showOptions(variant),
    `${image.height} × ${image.width}, ${image.classes} classes; probabilities in thousandths:`,
    ...Array.from({ length: image.classes }, (_, c) => {
      const own = probabilities.subarray(c * pixels, (c + 1) * pixels);
      return `class ${c}: ${Array.from(own, (p) => Math.round(1000 * p)).join(' ')}`;
    }),
  ].join('\n');
}
