import fc from 'fast-check';
import { type AlbumOptions, type Plan, paint, plans } from './paint.ts';
import type { Album } from './picture.ts';
import { smallerAlbums } from './smaller.ts';

/** fast-check's shrinking of plans would stop at shapes; pixels can be made plainer than that. */
class AlbumArbitrary extends fc.Arbitrary<Album> {
  readonly #plans: fc.Arbitrary<Plan>;
  readonly #least: { readonly pictures: number; readonly classes: number; readonly side: number };

  constructor(options: AlbumOptions) {
    super();
    this.#plans = plans(options);
    this.#least = {
      pictures: options.pictures?.[0] ?? 1,
      classes: options.classes?.[0] ?? 1,
      side: options.sides?.[0] ?? 1,
    };
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<Album> {
    return new fc.Value(paint(this.#plans.generate(random, bias).value), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Album {
    return typeof value === 'object' && value !== null && 'pictures' in value;
  }

  override shrink(album: Album): fc.Stream<fc.Value<Album>> {
    return fc.stream(smallerAlbums(album, this.#least)).map((smaller) => new fc.Value(smaller, undefined));
  }
}

/**
 * Small data sets with structure: blobs, rectangles, thin lines, borders, dots, stripes, empty and full pictures; ignored
 * pixels and absent classes; predictions that are right, moved, partly wrong, or have nothing to do with the label. They
 * shrink to as few pixels, classes and differences as still show what is wrong.
 */
export function albums(options: AlbumOptions = {}): fc.Arbitrary<Album> {
  return new AlbumArbitrary(options);
}
