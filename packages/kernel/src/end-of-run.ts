/** Whole numbers of an image's pixels, row by row. */
type Pixels = Uint8Array | Uint16Array | Int32Array;

/** A map's bytes, to compare four pixels at once; undefined where a pixel has more than one. */
export function bytesOf(map: Pixels): DataView | undefined {
  return map instanceof Uint8Array ? new DataView(map.buffer, map.byteOffset, map.byteLength) : undefined;
}

/** Where the run of equal pixels ends that begins at `from`; at most `limit`. @param bytes of the map, by `bytesOf`. */
export function endOfRun(map: Pixels, bytes: DataView | undefined, from: number, limit: number): number {
  const value = map[from] as number;
  let at = from + 1;
  if (bytes !== undefined) {
    const four = Math.imul(value, 0x01010101);
    while (at + 4 <= limit && bytes.getInt32(at) === four) at += 4;
  }
  while (at < limit && map[at] === value) at++;
  return at;
}
