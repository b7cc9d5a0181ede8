import { type Axis, sliceOf, slicesAlong } from '@auto-seg-loss/images';
import { AslError, type Sample, type Split } from '@auto-seg-loss/kernel';
import type { Case } from './case.ts';
import type { KeptVolumes } from './kept-volumes.ts';

/** A slice of a case's volume. */
export interface SlicePlace {
  readonly case_: Case;
  readonly index: number;
}

/** The slices of volumes along an axis, decoded when they are read. */
export class VolumeSplit implements Split {
  readonly ids: readonly string[];
  readonly groups: readonly string[];
  readonly notes: readonly string[];
  readonly #places: readonly SlicePlace[];
  readonly #axis: Axis;
  readonly #volumes: KeptVolumes;

  constructor(places: readonly SlicePlace[], axis: Axis, volumes: KeptVolumes, notes: readonly string[]) {
    this.ids = places.map(({ case_, index }) => `${case_.id}/${axis}${index}`);
    this.groups = places.map(({ case_ }) => case_.id);
    this.notes = notes;
    this.#places = places;
    this.#axis = axis;
    this.#volumes = volumes;
  }

  async read(index: number): Promise<Sample> {
    const place = this.#places[index];
    if (place === undefined) {
      throw new AslError('ASL_ARGUMENT_INVALID', 'a sample outside the split was asked for', {
        where: 'read(index)',
        expected: `an integer from 0 to ${this.#places.length - 1}`,
        received: String(index),
      });
    }
    const volume = await this.#volumes.get(place.case_);
    const slice = (data: ArrayLike<number>): Uint8Array => sliceOf(data, volume, this.#axis, place.index);
    const { height, width } = slicesAlong(volume, this.#axis);
    return {
      id: this.ids[index] ?? '',
      height,
      width,
      image: interleaved(volume.channels.map(slice)),
      label: slice(volume.classes),
      ...(volume.notes.length === 0 ? {} : { notes: volume.notes }),
    };
  }
}

/** RGB, [h, w, 3], of three channels, or of one, which is grey. */
function interleaved(channels: readonly Uint8Array[]): Uint8Array {
  const [red = new Uint8Array(), green = red, blue = red] = channels;
  const image = new Uint8Array(3 * red.length);
  for (let pixel = 0; pixel < red.length; pixel++) {
    image[3 * pixel] = red[pixel] as number;
    image[3 * pixel + 1] = green[pixel] as number;
    image[3 * pixel + 2] = blue[pixel] as number;
  }
  return image;
}
