const PARTS = /\d+|\D+/g;

/**
 * Compares names as a person orders them: runs of digits by their value, so that frame2 comes before frame10; the rest by
 * code units, the same in every locale.
 */
export function naturalOrder(a: string, b: string): number {
  const left = a.match(PARTS) ?? [];
  const right = b.match(PARTS) ?? [];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const difference = /^\d/.test(part) && /^\d/.test(other) ? compareDigits(part, other) : compareText(part, other);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** By value, without a bound on their length; equal values by how they are written. */
function compareDigits(a: string, b: string): number {
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return x.length - y.length || compareText(x, y) || compareText(a, b);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
