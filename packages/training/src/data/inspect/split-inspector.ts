import { IGNORE_LABEL, type Sample } from '@auto-seg-loss/kernel';
import { findTwins, type Twins } from './find-twins.ts';
import { type ImagePrint, imagePrint } from './image-print.ts';

/** What is in a split. Images are named by their indices in it. */
export interface SplitInspection {
  readonly images: number;
  /** The commonest first. */
  readonly sizes: readonly { readonly height: number; readonly width: number; readonly images: number }[];
  /** Labelled pixels of each class. */
  readonly pixels: readonly number[];
  /** How many images have a pixel of each class. */
  readonly imagesWith: readonly number[];
  /** Pixels that do not count. */
  readonly ignored: number;
  /** Images all of whose pixels are ignored. */
  readonly ignoredWhole: readonly number[];
  /** Images whose labelled pixels are all of one class. */
  readonly oneClass: readonly number[];
  /** Images of one colour. */
  readonly blank: readonly number[];
  readonly twins: readonly Twins[];
  /** What had to be decided to read images, each with how many it was said of and the first of them. */
  readonly notes: readonly { readonly note: string; readonly images: number; readonly first: number }[];
}

/** What is kept of one image. */
interface Seen {
  readonly height: number;
  readonly width: number;
  /** Pixels of each class. */
  readonly pixels: Float64Array;
  readonly ignored: number;
  readonly print: ImagePrint;
  readonly notes: readonly string[];
}

/** Looks at the images of a split as they are read, in whatever order; about 4 kB are kept of each. */
export class SplitInspector {
  readonly #classes: number;
  readonly #seen: Seen[] = [];

  /** @param classes number of classes. */
  constructor(classes: number) {
    this.#classes = classes;
  }

  add(sample: Sample, index: number): void {
    const { height, width, label, notes = [] } = sample;
    const counts = new Float64Array(IGNORE_LABEL + 1);
    for (const value of label) counts[value] = (counts[value] as number) + 1;
    this.#seen[index] = {
      height,
      width,
      pixels: counts.slice(0, this.#classes),
      ignored: counts[IGNORE_LABEL] as number,
      print: imagePrint(sample),
      notes,
    };
  }

  /** By the split's indices. */
  get prints(): readonly ImagePrint[] {
    return this.#seen.map(({ print }) => print);
  }

  /** Labelled pixels of each class in some of the images. */
  pixelsOf(indices: Iterable<number>): readonly number[] {
    const sums = new Array<number>(this.#classes).fill(0);
    for (const index of indices) {
      const pixels = this.#seen[index]?.pixels ?? [];
      for (const [c, count] of pixels.entries()) sums[c] = (sums[c] as number) + count;
    }
    return sums;
  }

  /** Of all images, once every one was added. */
  result(): SplitInspection {
    const seen = this.#seen;
    const classesIn = seen.map(({ pixels }) => pixels.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0));
    const where = (holds: (index: number) => boolean): readonly number[] => [...seen.keys()].filter(holds);
    return {
      images: seen.length,
      sizes: sizesOf(seen),
      pixels: this.pixelsOf(seen.keys()),
      imagesWith: Array.from({ length: this.#classes }, (_, c) => {
        return seen.filter(({ pixels }) => (pixels[c] as number) > 0).length;
      }),
      ignored: seen.reduce((sum, { ignored }) => sum + ignored, 0),
      ignoredWhole: where((index) => classesIn[index] === 0),
      oneClass: where((index) => classesIn[index] === 1),
      blank: where((index) => seen[index]?.print.blank === true),
      twins: findTwins(this.prints),
      notes: notesOf(seen),
    };
  }
}

function sizesOf(seen: readonly Seen[]): SplitInspection['sizes'] {
  const sizes = new Map<string, { height: number; width: number; images: number }>();
  for (const { height, width } of seen) {
    const size = sizes.get(`${height} ${width}`) ?? { height, width, images: 0 };
    size.images += 1;
    sizes.set(`${height} ${width}`, size);
  }
  return [...sizes.values()].sort((a, b) => b.images - a.images || a.height - b.height || a.width - b.width);
}

function notesOf(seen: readonly Seen[]): SplitInspection['notes'] {
  const notes = new Map<string, { note: string; images: number; first: number }>();
  for (const [index, one] of seen.entries()) {
    for (const note of new Set(one.notes)) {
      const known = notes.get(note) ?? { note, images: 0, first: index };
      known.images += 1;
      notes.set(note, known);
    }
  }
  return [...notes.values()];
}
