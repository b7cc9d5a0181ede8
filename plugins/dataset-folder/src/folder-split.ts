import { AslError, type Sample, type Split } from '@auto-seg-loss/kernel';
import type { ClassMap } from './class-map.ts';
import { decodeImage } from './decode-image.ts';
import { decodeLabel } from './decode-label.ts';
import type { Pair } from './pair.ts';
import { readDataFile } from './read-file.ts';
import type { DecodedPair, SampleCache } from './sample-cache.ts';

/** The samples of a split, decoded when they are read. */
export class FolderSplit implements Split {
  readonly ids: readonly string[];
  readonly #pairs: readonly Pair[];
  readonly #classes: ClassMap;
  readonly #cache: SampleCache | undefined;

  constructor(pairs: readonly Pair[], classes: ClassMap, cache: SampleCache | undefined) {
    this.ids = pairs.map(({ id }) => id);
    this.#pairs = pairs;
    this.#classes = classes;
    this.#cache = cache;
  }

  async read(index: number): Promise<Sample> {
    const pair = this.#pairs[index];
    if (pair === undefined) {
      throw new AslError('ASL_ARGUMENT_INVALID', 'a sample outside the split was asked for', {
        where: 'read(index)',
        expected: `an integer from 0 to ${this.#pairs.length - 1}`,
        received: String(index),
      });
    }
    const decode = (): Promise<DecodedPair> => decodePair(pair);
    const { image, label } = await (this.#cache?.through(pair, decode) ?? decode());
    if (image.height !== label.height || image.width !== label.width) {
      throw new AslError('ASL_DATA_INVALID', 'a label has another size than its image', {
        where: pair.label,
        expected: `${image.width} × ${image.height} pixels (width × height), as ${pair.image}`,
        received: `${label.width} × ${label.height} pixels`,
        remedy: 'scale the label to the size of its image without mixing values (nearest neighbour)',
      });
    }
    return {
      id: pair.id,
      height: image.height,
      width: image.width,
      image: image.data,
      label: this.#classes.apply(label, pair.label),
    };
  }
}

async function decodePair({ image, label }: Pair): Promise<DecodedPair> {
  return {
    image: await decodeImage(await readDataFile(image), image),
    label: decodeLabel(await readDataFile(label), label),
  };
}
