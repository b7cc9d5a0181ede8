import { crc32 } from 'node:zlib';

/** A file of an archive, and what its entry says that is not so. */
export interface ZipFile {
  readonly name: string;
  readonly content: Uint8Array;
  readonly crc?: number;
  readonly method?: number;
  readonly size?: number;
  /** Lies where this earlier file lies. */
  readonly placeOf?: string;
}

/** A zip archive of files as they are. */
export function storedZip(files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = [];
  const places = new Map<string, number>();
  let end = 0;
  for (const { name, content, placeOf } of files) {
    places.set(name, places.get(placeOf ?? '') ?? end);
    if (placeOf !== undefined) continue;
    const part = Buffer.concat([header(0x04034b50, name, content), Buffer.from(name), content]);
    parts.push(part);
    end += part.length;
  }
  const directory = files.map((file) => {
    const { name, content, crc, method = 0, size = content.length } = file;
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc ?? crc32(content), 16);
    entry.writeUInt32LE(content.length, 20);
    entry.writeUInt32LE(size, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(places.get(name) ?? 0, 42);
    return Buffer.concat([entry, Buffer.from(name)]);
  });
  const tail = Buffer.alloc(22);
  tail.writeUInt32LE(0x06054b50, 0);
  tail.writeUInt16LE(files.length, 8);
  tail.writeUInt16LE(files.length, 10);
  tail.writeUInt32LE(Buffer.concat(directory).length, 12);
  tail.writeUInt32LE(end, 16);
  return Buffer.concat([...parts, ...directory, tail]);
}

function header(signature: number, name: string, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(signature, 0);
  bytes.writeUInt32LE(crc32(content), 14);
  bytes.writeUInt32LE(content.length, 18);
  bytes.writeUInt32LE(content.length, 22);
  bytes.writeUInt16LE(Buffer.byteLength(name), 26);
  return bytes;
}
