import { crc32 } from 'node:zlib';
import { fromBufferPromise } from 'yauzl';
import type { Fault, Refuse } from '../refusal.ts';

/** The files of an archive, by their names. */
export interface ZipRecords {
  readonly names: readonly string[];
  /** The bytes of one, checked; not a copy. Undefined where there is none of that name. */
  read(name: string): Uint8Array | undefined;
}

interface Place {
  readonly begin: number;
  /** In the archive. */
  readonly length: number;
  readonly crc32: number;
  /** What it is compressed from; undefined where it is not. */
  readonly compressedFrom: number | undefined;
}

/** A network of some thousand tensors has as many. */
const MOST_RECORDS = 100_000;
const STORED = 0;

/**
 * Opens a zip archive, and reads of it what is stored as it is, as torch.save stores: what is compressed, or shares bytes with
 * another file, could be larger than all that was read.
 * @throws the error that `refuse` makes, for everything else.
 */
export async function openZip(bytes: Buffer, refuse: Refuse): Promise<ZipRecords> {
  const places = await attempt(() => findPlaces(bytes, refuse), refuse);
  refuseOverlaps(places, refuse);
  // Many tensors may be views of one storage.
  const checked = new Set<string>();
  return {
    names: [...places.keys()],
    read: (name) => {
      const place = places.get(name);
      if (place === undefined) return undefined;
      const content = bytes.subarray(place.begin, place.begin + place.length);
      if (checked.has(name)) return content;
      if (place.compressedFrom !== undefined) throw refuse(compressed(name, place.length, place.compressedFrom));
      const found = crc32(content);
      if (found === place.crc32) {
        checked.add(name);
        return content;
      }
      throw refuse({ expected: `CRC-32 ${hex(place.crc32)} of ${name}`, received: hex(found) });
    },
  };
}

async function findPlaces(bytes: Buffer, refuse: Refuse): Promise<ReadonlyMap<string, Place>> {
  const archive = await fromBufferPromise(bytes);
  if (archive.entryCount > MOST_RECORDS) {
    throw refuse({ expected: `at most ${MOST_RECORDS} files in the archive`, received: `${archive.entryCount}` });
  }
  const places = new Map<string, Place>();
  for await (const entry of archive.eachEntry()) {
    const { fileName: name, compressedSize: length } = entry;
    if (places.has(name)) throw refuse({ expected: 'each file once in the archive', received: `${name} twice` });
    const { fileDataStart: begin } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
    if (begin + length > bytes.length) {
      throw refuse({ expected: `${length} bytes for ${name}`, received: `${Math.max(0, bytes.length - begin)}` });
    }
    const isStored = entry.compressionMethod === STORED && entry.uncompressedSize === length;
    const compressedFrom = isStored ? undefined : entry.uncompressedSize;
    places.set(name, { begin, length, crc32: entry.crc32, compressedFrom });
  }
  return places;
}

function compressed(name: string, bytes: number, from: number): Fault {
  return {
    expected: 'an archive that is not compressed, as torch.save writes it',
    received: `${name} is compressed, from ${from} bytes to ${bytes}`,
    remedy: 'take the file as it was written, or write it again with torch.save',
  };
}

function refuseOverlaps(places: ReadonlyMap<string, Place>, refuse: Refuse): void {
  let end = 0;
  for (const [name, { begin, length }] of [...places].sort(([, a], [, b]) => a.begin - b.begin)) {
    if (begin < end) throw refuse({ expected: 'files beside each other', received: `${name} lies within another` });
    end = begin + length;
  }
}

/** What the library finds wrong is told as our own findings are. */
async function attempt<T>(work: () => Promise<T>, refuse: Refuse): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'details' in error) throw error;
    throw refuse({ expected: 'a whole zip archive', received: error instanceof Error ? error.message : String(error) });
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
