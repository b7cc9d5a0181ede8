import { createHash, type Hash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { filesOf, type Pair } from '@auto-seg-loss/images';
import type { SamplePixels } from './read-sample.ts';

const MAGIC = Buffer.from('ASLSMP02');
const SIGNATURE_BYTES = 32;
const FIELDS = 4;
const HEADER_BYTES = MAGIC.length + SIGNATURE_BYTES + FIELDS * 4;

/**
 * Decoded samples on disk, a file each, in `<cacheDir>/samples`.
 *
 * An entry is good for files of the same content, and carries a checksum; one that is stale, cut off or damaged counts as not
 * there, and is written anew. Written under another name and then renamed, so that processes that share the cache only ever
 * see whole entries. The cache saves time and nothing else: without a writable folder everything is decoded each time.
 */
export class SampleCache {
  readonly #folder: string;
  readonly #reading: string;
  #writable = true;

  /** @param reading what the files are read by: another reading has other entries. */
  constructor(cacheDir: string, reading: string) {
    this.#folder = join(cacheDir, 'samples');
    this.#reading = reading;
  }

  /** The cached sample, or what `decode` makes, which is then kept. @param contents of the pair's files. */
  async through(
    pair: Pair,
    contents: readonly Uint8Array[],
    decode: () => Promise<SamplePixels>,
  ): Promise<SamplePixels> {
    const name = this.#hash(filesOf(pair).join('\0')).digest('hex').slice(0, 32);
    const file = join(this.#folder, `${name}.sample`);
    const signature = this.#signatureOf(contents);
    const entry = await readFile(file).catch(() => undefined);
    const cached = entry === undefined ? undefined : unpack(entry, signature);
    if (cached !== undefined) return cached;
    const decoded = await decode();
    if (this.#writable) await this.#write(file, pack(decoded, signature));
    return decoded;
  }

  #hash(text: string): Hash {
    return createHash('sha256').update(`${this.#reading}\0${text}\0`);
  }

  #signatureOf(contents: readonly Uint8Array[]): Buffer {
    const hash = this.#hash(contents.map(({ length }) => length).join());
    for (const content of contents) hash.update(content);
    return hash.digest();
  }

  async #write(file: string, entry: Buffer): Promise<void> {
    const temporary = `${file}.${randomUUID()}.tmp`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(temporary, entry, { flag: 'wx' });
      await rename(temporary, file);
    } catch {
      this.#writable = false;
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}

function pack({ height, width, image, label, notes }: SamplePixels, signature: Buffer): Buffer {
  const text = Buffer.from(JSON.stringify(notes));
  const fields = Buffer.alloc(FIELDS * 4);
  for (const [index, value] of [height, width, text.length, checksum(image, label, text)].entries())
    fields.writeUInt32LE(value, 4 * index);
  return Buffer.concat([MAGIC, signature, fields, image, label, text]);
}

function unpack(entry: Buffer, signature: Buffer): SamplePixels | undefined {
  const signatureEnd = MAGIC.length + SIGNATURE_BYTES;
  if (entry.length < HEADER_BYTES) return undefined;
  if (!entry.subarray(0, MAGIC.length).equals(MAGIC) || !entry.subarray(MAGIC.length, signatureEnd).equals(signature))
    return undefined;
  const field = (index: number): number => entry.readUInt32LE(signatureEnd + 4 * index);
  const [height, width, textLength] = [field(0), field(1), field(2)];
  const pixels = height * width;
  if (entry.length !== HEADER_BYTES + 4 * pixels + textLength) return undefined;
  // Plain arrays, so that a cached sample cannot be told from a decoded one.
  const image = new Uint8Array(entry.buffer, entry.byteOffset + HEADER_BYTES, 3 * pixels);
  const label = new Uint8Array(entry.buffer, entry.byteOffset + HEADER_BYTES + 3 * pixels, pixels);
  const text = entry.subarray(HEADER_BYTES + 4 * pixels);
  if (checksum(image, label, text) !== field(3)) return undefined;
  return { height, width, image, label, notes: JSON.parse(text.toString('utf8')) as string[] };
}

function checksum(image: Uint8Array, label: Uint8Array, text: Uint8Array): number {
  return crc32(text, crc32(label, crc32(image)));
}
