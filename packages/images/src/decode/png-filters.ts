import { BrokenFile } from './unusable.ts';

/**
 * Undoes the filters of a PNG's rows: each is stored as differences from its neighbours, after a byte that says which.
 * @param filtered rows, each with its filter's byte in front, from `start` on.
 * @param step bytes from a sample to the same sample of the pixel to the left.
 * @returns the rows without their filters' bytes, [rows, rowBytes].
 */
export function unfilter(
  filtered: Uint8Array,
  start: number,
  rows: number,
  rowBytes: number,
  step: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const from = start + row * (rowBytes + 1);
    const to = row * rowBytes;
    out.set(filtered.subarray(from + 1, from + 1 + rowBytes), to);
    const filter = filtered[from];
    if (filter === 1) addLeft(out, to, rowBytes, step);
    else if (filter === 2) addAbove(out, to, rowBytes);
    else if (filter === 3) addAverage(out, to, rowBytes, step);
    else if (filter === 4) addPaeth(out, to, rowBytes, step);
    else if (filter !== 0) throw new BrokenFile(`its row ${row} has filter ${filter}, which no PNG has`);
  }
  return out;
}

function addLeft(out: Uint8Array, at: number, length: number, step: number): void {
  for (let i = at + step; i < at + length; i++) out[i] = (out[i] as number) + (out[i - step] as number);
}

// Above the first row lie zeros.
function addAbove(out: Uint8Array, at: number, length: number): void {
  if (at === 0) return;
  for (let i = at; i < at + length; i++) out[i] = (out[i] as number) + (out[i - length] as number);
}

function addAverage(out: Uint8Array, at: number, length: number, step: number): void {
  for (let i = at; i < at + length; i++) {
    const left = i < at + step ? 0 : (out[i - step] as number);
    const above = at === 0 ? 0 : (out[i - length] as number);
    out[i] = (out[i] as number) + ((left + above) >> 1);
  }
}

/** The neighbour that is nearest to left + above − corner. */
function addPaeth(out: Uint8Array, at: number, length: number, step: number): void {
  if (at === 0) {
    addLeft(out, at, length, step);
    return;
  }
  for (let i = at; i < at + Math.min(step, length); i++) out[i] = (out[i] as number) + (out[i - length] as number);
  for (let i = at + step; i < at + length; i++) {
    const left = out[i - step] as number;
    const above = out[i - length] as number;
    const corner = out[i - length - step] as number;
    const byLeft = Math.abs(above - corner);
    const byAbove = Math.abs(left - corner);
    const byCorner = Math.abs(left + above - 2 * corner);
    const nearest = byLeft <= byAbove && byLeft <= byCorner ? left : byAbove <= byCorner ? above : corner;
    out[i] = (out[i] as number) + nearest;
  }
}
