import type { Case } from './case.ts';
import type { LabelledVolume } from './read-volume.ts';

const MOST_BYTES = 256 * 2 ** 20;

/** The volumes that were read last, so that its slices do not decode a volume again and again. At least one is kept. */
export class KeptVolumes {
  readonly #read: (case_: Case) => Promise<LabelledVolume>;
  /** By the case's id, the last used at the end. */
  readonly #volumes = new Map<string, { readonly volume: Promise<LabelledVolume>; bytes: number }>();

  constructor(read: (case_: Case) => Promise<LabelledVolume>) {
    this.#read = read;
  }

  /** @throws as reading does; what failed is read again the next time. */
  async get(case_: Case): Promise<LabelledVolume> {
    const kept = this.#volumes.get(case_.id) ?? { volume: this.#read(case_), bytes: 0 };
    this.#volumes.delete(case_.id);
    this.#volumes.set(case_.id, kept);
    try {
      const volume = await kept.volume;
      kept.bytes = volume.classes.length * (1 + volume.channels.length);
      this.#forget();
      return volume;
    } catch (error) {
      if (this.#volumes.get(case_.id) === kept) this.#volumes.delete(case_.id);
      throw error;
    }
  }

  #forget(): void {
    let total = [...this.#volumes.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [id, { bytes }] of this.#volumes) {
      if (total <= MOST_BYTES || this.#volumes.size === 1) return;
      this.#volumes.delete(id);
      total -= bytes;
    }
  }
}
