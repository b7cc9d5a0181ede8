import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { Album, Picture } from './picture.ts';

/** Pixels are made plainer one by one in pictures of up to this many; in larger ones by rows first. */
const SINGLE_PIXELS = 100;

/**
 * Smaller albums, the boldest steps first: fewer pictures, cropped ones, fewer classes, fewer differences, plainer pixels.
 * Each costs less than the album itself, so that shrinking ends.
 */
export function* smallerAlbums(
  album: Album,
  least: { readonly pictures: number; readonly classes: number; readonly side: number },
): Generator<Album> {
  const cost = costOf(album);
  for (const smaller of candidates(album, least)) if (costOf(smaller) < cost) yield smaller;
}

function* candidates(
  album: Album,
  least: { readonly pictures: number; readonly classes: number; readonly side: number },
): Generator<Album> {
  const { pictures, classes } = album;
  if (pictures.length > least.pictures) {
    for (let index = 0; index < pictures.length; index++) yield { ...album, pictures: pictures.toSpliced(index, 1) };
  }
  yield* crops(album, least.side);
  yield* fewerClasses(album, Math.max(least.classes, 1), classes);
  for (const [index, picture] of pictures.entries()) {
    const instead = (change: Partial<Picture>): Album => ({
      ...album,
      pictures: pictures.with(index, { ...picture, ...change }),
    });
    yield instead({ prediction: picture.label.map((value) => (value === IGNORE_LABEL ? 0 : value)) });
    yield instead({ label: picture.prediction });
    for (const name of ['label', 'prediction'] as const) {
      const map = picture[name];
      yield instead({ [name]: new Uint8Array(map.length) });
      for (const [from, to] of spans(picture)) {
        yield instead({ [name]: map.map((value, i) => (i >= from && i < to ? 0 : value)) });
      }
    }
  }
}

/** All pictures lose the same rows or columns, so that those of one size keep one size. */
function* crops(album: Album, side: number): Generator<Album> {
  const height = Math.max(...album.pictures.map((picture) => picture.height));
  const width = Math.max(...album.pictures.map((picture) => picture.width));
  const kept = function* (length: number): Generator<(at: number) => boolean> {
    const half = Math.floor(length / 2);
    yield (at) => at < half;
    yield (at) => at >= half;
    for (let gone = 0; gone < length; gone++) yield (at) => at !== gone;
  };
  for (const rows of kept(height)) {
    const smaller = crop(album, rows, () => true);
    if (smaller.pictures.every((picture) => picture.height >= side)) yield smaller;
  }
  for (const columns of kept(width)) {
    const smaller = crop(album, () => true, columns);
    if (smaller.pictures.every((picture) => picture.width >= side)) yield smaller;
  }
}

function crop(album: Album, rows: (row: number) => boolean, columns: (column: number) => boolean): Album {
  return {
    ...album,
    pictures: album.pictures.map((picture) => {
      const { height, width } = picture;
      const keep = (_: number, i: number): boolean => rows(Math.floor(i / width)) && columns(i % width);
      return {
        height: Array.from({ length: height }, (_, row) => row).filter(rows).length,
        width: Array.from({ length: width }, (_, column) => column).filter(columns).length,
        label: picture.label.filter(keep),
        prediction: picture.prediction.filter(keep),
      };
    }),
  };
}

/** Each class in turn becomes the one before it; those after it move up. */
function* fewerClasses(album: Album, least: number, classes: number): Generator<Album> {
  if (classes <= least) return;
  for (let gone = classes - 1; gone > 0; gone--) {
    const renamed = (map: Uint8Array): Uint8Array =>
      map.map((value) => (value !== IGNORE_LABEL && value >= gone ? value - 1 : value));
    yield {
      classes: classes - 1,
      pictures: album.pictures.map((picture) => ({
        ...picture,
        label: renamed(picture.label),
        prediction: renamed(picture.prediction),
      })),
    };
  }
}

/** Rows of a large picture, pixels of a small one. */
function* spans({ height, width }: Picture): Generator<readonly [from: number, to: number]> {
  const step = height * width > SINGLE_PIXELS ? width : 1;
  for (let from = 0; from < height * width; from += step) yield [from, from + step];
}

/** What a person has to look at: pixels, then classes, then what differs, then what is not class 0. */
function costOf({ classes, pictures }: Album): number {
  let cost = 10 * classes;
  for (const { label, prediction } of pictures) {
    cost += 1000 * label.length;
    for (let i = 0; i < label.length; i++) {
      const [l, p] = [label[i] as number, prediction[i] as number];
      cost += (l === IGNORE_LABEL ? classes : l) + p + (l === p ? 0 : 2);
    }
  }
  return cost;
}
