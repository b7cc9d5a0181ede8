/** Which pixels touch: the four that share a side, or the eight that share a corner too. */
export type Connectivity = 4 | 8;

export interface Components {
  /** How many there are. */
  readonly count: number;
  /** [h, w]: 0 outside of the mask, else the component's number from 1, in the order of their first pixels. */
  readonly labels: Int32Array;
}

/**
 * The connected components of a mask, by two passes and union-find (Rosenfeld and Pfaltz, *Sequential Operations in Digital Picture
 * Processing*, JACM 1966).
 * @param mask [h, w], nonzero inside.
 */
export function components(mask: Uint8Array, height: number, width: number, connectivity: Connectivity): Components {
  const labels = new Int32Array(height * width);
  const parents = [0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (mask[at] === 0) continue;
      const left = x > 0 ? (labels[at - 1] as number) : 0;
      const above = y > 0 ? (labels[at - width] as number) : 0;
      let own = left === 0 ? above : left;
      if (left !== 0 && above !== 0) join(parents, left, above);
      if (connectivity === 8 && y > 0) {
        for (const side of [x > 0 ? -1 : 0, x < width - 1 ? 1 : 0]) {
          const other = side === 0 ? 0 : (labels[at - width + side] as number);
          if (other === 0) continue;
          if (own === 0) own = other;
          else join(parents, own, other);
        }
      }
      if (own === 0) own = parents.push(parents.length) - 1;
      labels[at] = own;
    }
  }
  const numbers = new Int32Array(parents.length);
  let count = 0;
  for (let at = 0; at < labels.length; at++) {
    const own = labels[at] as number;
    if (own === 0) continue;
    const root = rootOf(parents, own);
    if (numbers[root] === 0) numbers[root] = ++count;
    labels[at] = numbers[root] as number;
  }
  return { count, labels };
}

function rootOf(parents: number[], label: number): number {
  let root = label;
  while (parents[root] !== root) root = parents[root] as number;
  for (let each = label; each !== root; ) {
    const next = parents[each] as number;
    parents[each] = root;
    each = next;
  }
  return root;
}

function join(parents: number[], a: number, b: number): void {
  const [first, second] = [rootOf(parents, a), rootOf(parents, b)];
  parents[Math.max(first, second)] = Math.min(first, second);
}
