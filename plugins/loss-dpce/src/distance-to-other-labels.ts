import { LowerEnvelope } from './lower-envelope.ts';

const NONE = -1;
const NOWHERE = Number.POSITIVE_INFINITY;

/** From each pixel to one side in its row: the label of the nearest valid pixel, itself included, its column, and that of the nearest one of another label than that. */
interface Side {
  readonly label: Int32Array;
  readonly column: Float64Array;
  readonly otherColumn: Float64Array;
}

/**
 * Squared Euclidean distance from each pixel to the nearest one of another class, exactly and for all classes at once:
 * along rows, then along columns (Felzenszwalb and Huttenlocher 2012, with a lower envelope for each run of a class).
 * Ignored pixels are of no class: distances reach across them. Nothing lies outside the image.
 * @param labels [h, w], outside [0, classes) is ignored
 * @returns [h, w]: 0 at ignored pixels, Infinity where the image has no other class.
 */
export function distanceToOtherLabels(labels: Int32Array, h: number, w: number, classes: number): Float64Array {
  const left = scanRows(labels, h, w, classes, 1);
  const right = scanRows(labels, h, w, classes, -1);
  // Squared distance from (row, column) along its row to a class other than `label`.
  const alongRow = (label: number, row: number, column: number): number => {
    const at = row * w + column;
    const toLeft = column - ((left.label[at] === label ? left.otherColumn : left.column)[at] as number);
    const toRight = column - ((right.label[at] === label ? right.otherColumn : right.column)[at] as number);
    return Math.min(toLeft * toLeft, toRight * toRight);
  };

  const squares = new Float64Array(labels.length);
  const rows = new Int32Array(h);
  const envelope = new LowerEnvelope(h);
  for (let column = 0; column < w; column++) {
    const labelAt = (row: number): number => labels[row * w + column] as number;
    let count = 0;
    for (let row = 0; row < h; row++) {
      const label = labelAt(row);
      if (label >= 0 && label < classes) rows[count++] = row;
    }
    // Runs of one class in the column, ignored pixels left out. What ends a run is itself of another class, and nothing
    // beyond it is nearer.
    for (let first = 0; first < count; ) {
      const label = labelAt(rows[first] as number);
      let next = first + 1;
      while (next < count && labelAt(rows[next] as number) === label) next++;
      const above = first > 0 ? (rows[first - 1] as number) : 0;
      const below = next < count ? (rows[next] as number) : h - 1;
      envelope.clear();
      for (let row = above; row <= below; row++) envelope.add(row, alongRow(label, row, column));
      for (let i = first; i < next; i++) {
        const row = rows[i] as number;
        squares[row * w + column] = envelope.at(row);
      }
      first = next;
    }
  }
  return squares;
}

/** @param step 1: what lies to the left; -1: to the right. */
function scanRows(labels: Int32Array, h: number, w: number, classes: number, step: 1 | -1): Side {
  const label = new Int32Array(labels.length);
  const column = new Float64Array(labels.length);
  const otherColumn = new Float64Array(labels.length);
  for (let row = 0; row < h; row++) {
    let nearest = NONE;
    let nearestColumn = NOWHERE;
    let other = NOWHERE;
    for (let i = 0, x = step === 1 ? 0 : w - 1; i < w; i++, x += step) {
      const at = row * w + x;
      const here = labels[at] as number;
      if (here >= 0 && here < classes) {
        if (here !== nearest) other = nearestColumn;
        nearest = here;
        nearestColumn = x;
      }
      label[at] = nearest;
      column[at] = nearestColumn;
      otherColumn[at] = other;
    }
  }
  return { label, column, otherColumn };
}
