import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Decoded } from './decoded.ts';
import type { Pair } from './pair.ts';

/** A sample as decoded, before its label values are checked: the cache does not depend on the data set's options. */
export interface DecodedPair {
  readonly image: Decoded;
  readonly label: Decoded;
}

const MAGIC = Buffer.from('ASLSMP01');
const SIGNATURE_BYTES = 32;
const HEADER_BYTES = MAGIC.length + SIGNATURE_BYTES + 5 * 4;

/**
 * Decoded samples on disk, a file each, in `<cacheDir>/dataset-folder`.
 *
 * An entry is good for files of the same path, size and time of change, and carries a checksum; one that is stale, cut
 * off or damaged counts as not there, and is written anew. Written under another name and then renamed, so that
 * processes that share the cache only ever see whole entries. The cache saves time and nothing else: without a writable
 * folder everything is decoded each time.
 */
export class SampleCache {
  readonly #folder: string;
  #writable = true;
  #writes = 0;

  constructor(cacheDir: string) {
    this.#folder = join(cacheDir, 'dataset-folder');
  }

  /** The cached sample, or what `decode` makes, which is then kept. */
  async through(pair: Pair, decode: () => Promise<DecodedPair>): Promise<DecodedPair> {
    const signature = await signatureOf(pair);
    // Files that cannot be looked at cannot be read either: decoding says why.
    if (signature === undefined) return decode();
    const file = join(this.#folder, `${sha256(`${pair.image}\0${pair.label}`).toString('hex', 0, 16)}.sample`);
    const entry = await readFile(file).catch(() => undefined);
    const cached = entry === undefined ? undefined : unpack(entry, signature);
    if (cached !== undefined) return cached;
    const decoded = await decode();
    if (this.#writable) await this.#write(file, pack(decoded, signature));
    return decoded;
  }

  async #write(file: string, entry: Buffer): Promise<void> {
    const temporary = `${file}.${process.pid}-${++this.#writes}.tmp`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(temporary, entry);
      await rename(temporary, file);
    } catch {
      this.#writable = false;
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}

async function signatureOf({ image, label }: Pair): Promise<Buffer | undefined> {
  try {
    const [a, b] = await Promise.all([stat(image), stat(label)]);
    return sha256(JSON.stringify([image, a.size, a.mtimeMs, label, b.size, b.mtimeMs]));
  } catch {
    return undefined;
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function pack({ image, label }: DecodedPair, signature: Buffer): Buffer {
  const sizes = Buffer.alloc(5 * 4);
  for (const [index, value] of [image.height, image.width, label.height, label.width].entries())
    sizes.writeUInt32LE(value, 4 * index);
  sizes.writeUInt32LE(checksum(image.data, label.data), 16);
  return Buffer.concat([MAGIC, signature, sizes, image.data, label.data]);
}

function unpack(entry: Buffer, signature: Buffer): DecodedPair | undefined {
  const signatureEnd = MAGIC.length + SIGNATURE_BYTES;
  if (entry.length < HEADER_BYTES) return undefined;
  if (!entry.subarray(0, MAGIC.length).equals(MAGIC) || !entry.subarray(MAGIC.length, signatureEnd).equals(signature))
    return undefined;
  const field = (index: number): number => entry.readUInt32LE(signatureEnd + 4 * index);
  const image = { height: field(0), width: field(1) };
  const label = { height: field(2), width: field(3) };
  const labelStart = HEADER_BYTES + image.height * image.width * 3;
  if (entry.length !== labelStart + label.height * label.width) return undefined;
  // Plain arrays, so that a cached sample cannot be told from a decoded one.
  const pixels = new Uint8Array(entry.buffer, entry.byteOffset + HEADER_BYTES, labelStart - HEADER_BYTES);
  const values = new Uint8Array(entry.buffer, entry.byteOffset + labelStart, entry.length - labelStart);
  if (checksum(pixels, values) !== field(4)) return undefined;
  return { image: { ...image, data: pixels }, label: { ...label, data: values } };
}

function checksum(image: Uint8Array, label: Uint8Array): number {
  return crc32(label, crc32(image));
}
