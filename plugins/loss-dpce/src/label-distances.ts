import { LowerEnvelope } from './lower-envelope.ts';

const NONE = -1;

/** From each pixel to one side in its column: the label of the nearest valid pixel, itself included, its row, and the row of the nearest one of another label than that. */
interface Side {
  readonly label: Int32Array;
  readonly row: Float32Array;
  readonly otherRow: Float32Array;
}

/**
 * Squared Euclidean distances from each pixel to the nearest one of another class, exactly and for all classes at once: along
 * columns, then along rows (Felzenszwalb and Huttenlocher 2012, with a lower envelope for each run of a class). Ignored
 * pixels are of no class: distances reach across them. Nothing lies outside the image. For images of one size, after another.
 */
export class LabelDistances {
  readonly #h: number;
  readonly #w: number;
  readonly #classes: number;
  readonly #above: Side;
  readonly #below: Side;
  readonly #squares: Float64Array;
  readonly #columns: Int32Array;
  readonly #envelope: LowerEnvelope;

  /** @param classes labels outside [0, classes) are ignored. */
  constructor(h: number, w: number, classes: number) {
    const side = (): Side => ({
      label: new Int32Array(h * w),
      row: new Float32Array(h * w),
      otherRow: new Float32Array(h * w),
    });
    this.#h = h;
    this.#w = w;
    this.#classes = classes;
    this.#above = side();
    this.#below = side();
    this.#squares = new Float64Array(h * w);
    this.#columns = new Int32Array(w);
    this.#envelope = new LowerEnvelope(w);
  }

  /**
   * @param labels [h, w]
   * @returns [h, w]: 0 at ignored pixels, Infinity where the image has no other class. Overwritten by the next call.
   */
  of(labels: Int32Array): Float64Array {
    const [h, w, classes] = [this.#h, this.#w, this.#classes];
    scanColumns(labels, h, w, classes, 1, this.#above);
    scanColumns(labels, h, w, classes, -1, this.#below);
    const squares = this.#squares.fill(0);
    const columns = this.#columns;
    for (let start = 0; start < h * w; start += w) {
      let count = 0;
      for (let column = 0; column < w; column++) {
        const label = labels[start + column] as number;
        if (label >= 0 && label < classes) columns[count++] = column;
      }
      // Runs of one class in the row, ignored pixels left out. What ends a run is itself of another class, and nothing
      // beyond it is nearer.
      for (let first = 0; first < count; ) {
        const label = labels[start + (columns[first] as number)] as number;
        let next = first + 1;
        while (next < count && labels[start + (columns[next] as number)] === label) next++;
        const from = first > 0 ? (columns[first - 1] as number) : 0;
        const to = next < count ? (columns[next] as number) : w - 1;
        this.#span(label, start, from, to);
        for (let i = first; i < next; i++) {
          const column = columns[i] as number;
          squares[start + column] = this.#envelope.at(column);
        }
        first = next;
      }
    }
    return squares;
  }

  /** The envelope of what a class's pixels in part of a row see up and down the columns. */
  #span(label: number, start: number, from: number, to: number): void {
    const row = start / this.#w;
    const [above, below, envelope] = [this.#above, this.#below, this.#envelope];
    envelope.clear();
    for (let column = from; column <= to; column++) {
      const at = start + column;
      const up = row - ((above.label[at] === label ? above.otherRow[at] : above.row[at]) as number);
      const down = ((below.label[at] === label ? below.otherRow[at] : below.row[at]) as number) - row;
      const nearest = Math.min(up, down);
      envelope.add(column, nearest * nearest);
    }
  }
}

/** @param step 1: what lies above; -1: below. @param side is written. */
function scanColumns(labels: Int32Array, h: number, w: number, classes: number, step: 1 | -1, side: Side): void {
  const { label, row, otherRow } = side;
  const nowhere = -step * Number.POSITIVE_INFINITY;
  for (let i = 0, y = step === 1 ? 0 : h - 1; i < h; i++, y += step) {
    for (let at = y * w; at < (y + 1) * w; at++) {
      const before = at - step * w;
      const nearest = i === 0 ? NONE : (label[before] as number);
      const nearestRow = i === 0 ? nowhere : (row[before] as number);
      const other = i === 0 ? nowhere : (otherRow[before] as number);
      const here = labels[at] as number;
      const valid = here >= 0 && here < classes;
      label[at] = valid ? here : nearest;
      row[at] = valid ? y : nearestRow;
      otherRow[at] = valid && here !== nearest ? nearestRow : other;
    }
  }
}
