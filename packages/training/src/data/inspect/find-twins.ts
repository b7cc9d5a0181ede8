import type { ImagePrint } from './image-print.ts';

/** Images that show the same. */
export interface Twins {
  /** equal: the same pixels; nearly-equal: the same picture in another file format, quality or size. */
  readonly likeness: 'equal' | 'nearly-equal';
  /** Their indices, rising; at least two. */
  readonly images: readonly number[];
  /** Whether some of those with the same pixels have different labels. */
  readonly labelsDiffer: boolean;
}

/** So far may nearly equal thumbnails be apart: on average, and at most anywhere, of 255. */
const MEAN_DIFFERENCE = 2;
const LARGEST_DIFFERENCE = 16;
/** Of the 64 steps. */
const OTHER_STEPS = 8;

/**
 * Groups of images that are equal or nearly so.
 *
 * Equal ones have the same size and pixels. Nearly equal are two images whose thumbnails of 32 × 32 differ by at most 2 of 255 on
 * average and by at most 16 anywhere, and whose difference hashes differ in at most 8 of 64 bits: another compression or
 * another size of the same picture does, the next frame of a video in which something moves does not. Turned, mirrored and
 * cut out copies are not found. Who is nearly equal to a member belongs to the group. Images of one colour are no twins.
 *
 * Images are sorted by their means, since those of nearly equal ones are no further apart than the thumbnails; so each is
 * compared with few others.
 */
export function findTwins(prints: readonly ImagePrint[]): readonly Twins[] {
  const sets = new DisjointSets(prints.length);
  const first = new Map<string, number>();
  const different: number[] = [];
  for (const [index, { hash, blank }] of prints.entries()) {
    if (blank) continue;
    const equal = first.get(hash);
    if (equal === undefined) {
      first.set(hash, index);
      different.push(index);
    } else sets.join(equal, index);
  }
  const near = new Set<number>();
  for (const [a, b] of nearPairs(prints, different)) {
    sets.join(a, b);
    near.add(a);
  }
  const groups = sets.groups().filter((images) => images.length > 1);
  const nearGroups = new Set([...near].map((index) => sets.of(index)));
  return groups.map((images) => ({
    likeness: nearGroups.has(sets.of(images[0] as number)) ? 'nearly-equal' : 'equal',
    images,
    labelsDiffer: contradicts(images.map((index) => prints[index] as ImagePrint)),
  }));
}

function contradicts(prints: readonly ImagePrint[]): boolean {
  const labels = new Map<string, string>();
  for (const { hash, label } of prints) {
    if ((labels.get(hash) ?? label) !== label) return true;
    labels.set(hash, label);
  }
  return false;
}

function* nearPairs(prints: readonly ImagePrint[], indices: readonly number[]): Generator<readonly [number, number]> {
  const byMean = indices.toSorted((a, b) => (prints[a] as ImagePrint).mean - (prints[b] as ImagePrint).mean);
  for (const [place, index] of byMean.entries()) {
    const print = prints[index] as ImagePrint;
    for (let next = place + 1; next < byMean.length; next++) {
      const other = prints[byMean[next] as number] as ImagePrint;
      if (other.mean - print.mean > MEAN_DIFFERENCE) break;
      if (isNear(print, other)) yield [index, byMean[next] as number];
    }
  }
}

function isNear(a: ImagePrint, b: ImagePrint): boolean {
  if (bitsSet(a.steps[0] ^ b.steps[0]) + bitsSet(a.steps[1] ^ b.steps[1]) > OTHER_STEPS) return false;
  const most = MEAN_DIFFERENCE * a.thumbnail.length;
  let sum = 0;
  for (let i = 0; i < a.thumbnail.length; i++) {
    const difference = Math.abs((a.thumbnail[i] as number) - (b.thumbnail[i] as number));
    sum += difference;
    if (difference > LARGEST_DIFFERENCE || sum > most) return false;
  }
  return true;
}

function bitsSet(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Union-find; a set is known by its lowest member. */
class DisjointSets {
  readonly #parents: number[];

  constructor(count: number) {
    this.#parents = Array.from({ length: count }, (_, index) => index);
  }

  of(index: number): number {
    let root = index;
    while (this.#parents[root] !== root) root = this.#parents[root] as number;
    // The next time, the way is short.
    for (let at = index; at !== root; ) {
      const next = this.#parents[at] as number;
      this.#parents[at] = root;
      at = next;
    }
    return root;
  }

  join(a: number, b: number): void {
    const [low, high] = [this.of(a), this.of(b)].sort((x, y) => x - y) as [number, number];
    this.#parents[high] = low;
  }

  /** By their lowest members. */
  groups(): readonly (readonly number[])[] {
    const groups = new Map<number, number[]>();
    for (const index of this.#parents.keys()) {
      const root = this.of(index);
      const group = groups.get(root) ?? [];
      group.push(index);
      groups.set(root, group);
    }
    return [...groups.values()];
  }
}
