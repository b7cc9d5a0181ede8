import type { Refuse } from '../../refusal.ts';

/** Reads bytes one after another; never beyond their end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #refuse: Refuse;
  #position: number;

  constructor(bytes: Uint8Array, position: number, refuse: Refuse) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = position;
    this.#refuse = refuse;
  }

  get position(): number {
    return this.#position;
  }

  /** The next bytes; not a copy. @throws the reader's refusal where there are not so many. */
  take(length: number): Uint8Array {
    const begin = this.#claim(length);
    return this.#bytes.subarray(begin, begin + length);
  }

  uint8(): number {
    return this.#view.getUint8(this.#claim(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#claim(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#claim(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#claim(4), true);
  }

  /** @throws the reader's refusal for one that no file could have as a length. */
  uint64(): number {
    const value = this.#view.getBigUint64(this.#claim(8), true);
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    throw this.#refuse({ expected: `at most ${this.#bytes.length} bytes`, received: `a length of ${value}` });
  }

  /** Big-endian, as pickles have it. */
  float64(): number {
    return this.#view.getFloat64(this.#claim(8), false);
  }

  text(length: number): string {
    const bytes = this.take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw this.#refuse({ expected: 'text in UTF-8', received: 'other bytes' });
    }
  }

  /** Up to the next line end, which is left out. */
  line(): string {
    const end = this.#bytes.indexOf(LINE_END, this.#position);
    if (end < 0 || end - this.#position > LONGEST_LINE) {
      throw this.#refuse({ expected: `a line of at most ${LONGEST_LINE} bytes`, received: 'a longer one' });
    }
    const text = this.text(end - this.#position);
    this.#position++;
    return text;
  }

  #claim(length: number): number {
    const begin = this.#position;
    if (begin + length > this.#bytes.length) {
      throw this.#refuse({
        expected: `${length} more bytes after byte ${begin}`,
        received: `the end, after ${this.#bytes.length - begin}`,
      });
    }
    this.#position += length;
    return begin;
  }
}

const LINE_END = 0x0a;
const LONGEST_LINE = 4096;
