import type { Album, Picture } from '../pictures/picture.ts';

export type Flip = 'rows' | 'columns' | 'transposed';

/** Pictures upside down, left to right, or with rows and columns exchanged. */
export function flipped(album: Album, flip: Flip): Album {
  return { ...album, pictures: album.pictures.map((picture) => flippedPicture(picture, flip)) };
}

function flippedPicture({ height, width, label, prediction }: Picture, flip: Flip): Picture {
  const source = (row: number, column: number): number => {
    if (flip === 'rows') return (height - 1 - row) * width + column;
    if (flip === 'columns') return row * width + width - 1 - column;
    return column * width + row;
  };
  const [h, w] = flip === 'transposed' ? [width, height] : [height, width];
  const from = Array.from({ length: h * w }, (_, i) => source(Math.floor(i / w), i % w));
  const moved = (map: Uint8Array): Uint8Array => Uint8Array.from(from, (at) => map[at] as number);
  return { height: h, width: w, label: moved(label), prediction: moved(prediction) };
}

/**
 * The same with predictions changed so that each picture's label and prediction hold the same classes. Without ignored pixels.
 */
export function withSharedClasses(album: Album): Album {
  return {
    ...album,
    pictures: album.pictures.map((picture) => {
      const { label } = picture;
      const prediction = picture.prediction.map((value, i) => (label.includes(value) ? value : (label[i] as number)));
      // One pixel after the other may take the last one of a class away: until none is missing, the label itself is.
      for (const missing of new Set(label)) {
        if (!prediction.includes(missing)) prediction[label.indexOf(missing)] = missing;
      }
      const shared = [...new Set(label)].every((value) => prediction.includes(value));
      return { ...picture, prediction: shared ? prediction : label };
    }),
  };
}
