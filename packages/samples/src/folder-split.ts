import type { FoundPairs } from '@auto-seg-loss/images';
import { filesOf, type Pair } from '@auto-seg-loss/images';
import { AslError, type Sample, type Split } from '@auto-seg-loss/kernel';
import { readDataFile } from './read-file.ts';
import { readSample, type SampleReading } from './read-sample.ts';
import type { SampleCache } from './sample-cache.ts';

/** The samples of a split, decoded when they are read. */
export class FolderSplit implements Split {
  readonly ids: readonly string[];
  readonly notes: readonly string[];
  readonly #pairs: readonly Pair[];
  readonly #reading: SampleReading;
  readonly #cache: SampleCache | undefined;

  constructor({ pairs, notes }: FoundPairs, reading: SampleReading, cache: SampleCache | undefined) {
    this.ids = pairs.map(({ id }) => id);
    this.notes = notes;
    this.#pairs = pairs;
    this.#reading = reading;
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
    const contents = await Promise.all(filesOf(pair).map(readDataFile));
    const decode = () => readSample(pair, contents, this.#reading);
    const { notes, ...pixels } = await (this.#cache?.through(pair, contents, decode) ?? decode());
    return { id: pair.id, ...pixels, ...(notes.length === 0 ? {} : { notes }) };
  }
}
