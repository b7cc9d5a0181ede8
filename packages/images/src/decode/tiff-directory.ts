import { BrokenFile, CutShort } from './unusable.ts';

/** The fields of one picture of a TIFF: numbers by tag. */
export type TiffDirectory = ReadonlyMap<number, readonly number[]>;

export interface TiffFile {
  readonly littleEndian: boolean;
  readonly directories: readonly TiffDirectory[];
}

// How many bytes a number of each of TIFF's types takes, for those that a picture's fields have.
const SIZES: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 };
// A file that lists more pictures than this lists them in a circle.
const MOST_DIRECTORIES = 10_000;
/** Fields that are read: those that say how pixels lie. The others may be as large as the file. */
const FIELDS = new Set([
  254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339,
]);

/** Reads where a TIFF's pictures lie and how. Also BigTIFF, whose offsets have 8 bytes. */
export function readTiffDirectories(bytes: Uint8Array): TiffFile {
  if (bytes.length < 8) throw new CutShort();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = bytes[0] === 0x49;
  const big = view.getUint16(2, littleEndian) === 43;
  const offsetSize = big ? 8 : 4;
  const read = (at: number, size: number): number => {
    if (at + size > bytes.length) throw new CutShort();
    if (size === 8) return Number(view.getBigUint64(at, littleEndian));
    if (size === 4) return view.getUint32(at, littleEndian);
    return size === 2 ? view.getUint16(at, littleEndian) : view.getUint8(at);
  };
  const directories: TiffDirectory[] = [];
  for (let at = read(big ? 8 : 4, offsetSize); at !== 0; ) {
    if (directories.length === MOST_DIRECTORIES) throw new BrokenFile('its pictures follow each other in a circle');
    const count = read(at, big ? 8 : 2);
    const fieldSize = big ? 20 : 12;
    const first = at + (big ? 8 : 2);
    const next = first + count * fieldSize;
    if (next + offsetSize > bytes.length) throw new CutShort();
    const fields = new Map<number, readonly number[]>();
    for (let field = first; field < next; field += fieldSize) {
      const tag = read(field, 2);
      const size = SIZES[read(field + 2, 2)];
      if (size === undefined || !FIELDS.has(tag)) continue;
      const length = read(field + 4, offsetSize);
      const inline = field + 4 + offsetSize;
      const start = length * size <= offsetSize ? inline : read(inline, offsetSize);
      if (start + length * size > bytes.length) throw new CutShort();
      fields.set(
        tag,
        Array.from({ length }, (_, i) => read(start + i * size, size)),
      );
    }
    directories.push(fields);
    at = read(next, offsetSize);
  }
  return { littleEndian, directories };
}
