import { IGNORE_LABEL } from '@auto-seg-loss/kernel';

/** A label with a prediction of it. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  /** A class of each pixel, [h, w]. */
  readonly prediction: Uint8Array;
  /** A class of each pixel or IGNORE_LABEL, [h, w]. */
  readonly label: Uint8Array;
}

/** Pictures of the same classes: a small data set. */
export interface Album {
  readonly classes: number;
  /** At least one. */
  readonly pictures: readonly Picture[];
}

/** Calls `change` for the label and the prediction of every pixel. */
export function mapPixels(
  album: Album,
  change: (
    pixel: { readonly prediction: number; readonly label: number },
    index: number,
    picture: Picture,
  ) => { readonly prediction: number; readonly label: number },
): Album {
  return {
    ...album,
    pictures: album.pictures.map((picture) => {
      const prediction = new Uint8Array(picture.prediction.length);
      const label = new Uint8Array(picture.label.length);
      for (let index = 0; index < label.length; index++) {
        const before = { prediction: picture.prediction[index] as number, label: picture.label[index] as number };
        const after = change(before, index, picture);
        prediction[index] = after.prediction;
        label[index] = after.label;
      }
      return { ...picture, prediction, label };
    }),
  };
}

/** Whether a label is a class. */
export function isValid(label: number): boolean {
  return label !== IGNORE_LABEL;
}

/** The label itself as prediction; `otherwise` where it is ignored. */
export function perfect(album: Album, otherwise: (prediction: number) => number = () => 0): Album {
  return mapPixels(album, ({ prediction, label }) => ({
    label,
    prediction: isValid(label) ? label : otherwise(prediction),
  }));
}

/** The same without ignored pixels: they are of class 0. */
export function withoutIgnored(album: Album): Album {
  return mapPixels(album, ({ prediction, label }) => ({ prediction, label: isValid(label) ? label : 0 }));
}

/** The classes that a map has, ascending. */
export function classesIn(map: Uint8Array): readonly number[] {
  return [...new Set(map)].filter(isValid).sort((a, b) => a - b);
}
