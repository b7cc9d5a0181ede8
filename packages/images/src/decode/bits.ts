/** Unpacks values of 1, 2 or 4 bits, which lie in their bytes from the high bit on. */
export function unpackBits(
  packed: Uint8Array,
  start: number,
  depth: number,
  values: Uint8Array,
  at: number,
  count: number,
): void {
  const mask = 2 ** depth - 1;
  for (let i = 0; i < count; i++) {
    const bit = i * depth;
    values[at + i] = ((packed[start + (bit >> 3)] as number) >> (8 - depth - (bit & 7))) & mask;
  }
}
