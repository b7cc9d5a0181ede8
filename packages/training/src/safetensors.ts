import { AslError } from '@auto-seg-loss/kernel';

/** A float32 tensor of a checkpoint. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /** Row-major; its length is the product of the shape. */
  readonly data: Float32Array;
}

/** What a safetensors file holds. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Free text by key (`__metadata__` in the file). */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit: a longer header is taken as damage. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Writes float32 tensors in the safetensors format: 8 bytes header length (little endian), a JSON header padded with spaces
 * to a multiple of 8, then the tensors' bytes in the order of the map. Equal content gives equal bytes.
 */
export function encodeSafetensors(content: SafetensorsContent): Uint8Array {
  const header: Record<string, unknown> = {};
  if (Object.keys(content.metadata).length > 0) header.__metadata__ = content.metadata;
  let end = 0;
  for (const [name, { shape, data }] of content.tensors) {
    const begin = end;
    end += data.byteLength;
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  let offset = 8 + headerLength;
  for (const { data } of content.tensors.values()) {
    // Float32Array is in the machine's byte order, and every platform that Node's V8 builds run TensorFlow on is little endian.
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file of float32 tensors, checking every length and offset before use.
 * @param where the file's path, for messages.
 * @throws AslError ASL_STATE_CORRUPT for bytes that are not such a file.
 */
export function decodeSafetensors(bytes: Uint8Array, where: string): SafetensorsContent {
  if (bytes.length < 8) throw corrupt(where, 'at least 8 bytes', `${bytes.length} bytes`);
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (headerLength > MAX_HEADER_BYTES || Number(headerLength) > bytes.length - 8) {
    throw corrupt(where, `a header within the file's ${bytes.length} bytes`, `a header of ${headerLength} bytes`);
  }
  const body = bytes.subarray(8 + Number(headerLength));
  const header = parseHeader(bytes.subarray(8, 8 + Number(headerLength)), where);
  const tensors = new Map<string, StoredTensor>();
  let metadata: Record<string, string> = {};
  let covered = 0;
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      if (!isTextRecord(entry)) throw corrupt(where, 'text values in __metadata__', JSON.stringify(entry));
      metadata = entry;
      continue;
    }
    const { shape, begin, end } = readEntry(name, entry, where);
    if (end > body.length)
      throw corrupt(where, `tensor "${name}" within ${body.length} bytes`, `an end at byte ${end}`);
    covered += end - begin;
    // A copy: the file's bytes need not be aligned to 4. (`slice` would not be one, on a Buffer.)
    tensors.set(name, { shape, data: new Float32Array(new Uint8Array(body.subarray(begin, end)).buffer) });
  }
  if (covered !== body.length) throw corrupt(where, `tensors that fill ${body.length} bytes`, `${covered} bytes`);
  return { tensors, metadata };
}

function parseHeader(json: Uint8Array, where: string): Readonly<Record<string, unknown>> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
    if (isRecord(header)) return header;
  } catch (cause) {
    throw corrupt(where, 'a JSON header', cause instanceof Error ? cause.message : String(cause));
  }
  throw corrupt(where, 'a JSON object as header', 'another JSON value');
}

function readEntry(name: string, entry: unknown, where: string): { shape: number[]; begin: number; end: number } {
  if (!isRecord(entry) || !isSizes(entry.shape) || !isSizes(entry.data_offsets) || entry.data_offsets.length !== 2) {
    throw corrupt(where, `dtype, shape and data_offsets for "${name}"`, JSON.stringify(entry));
  }
  if (entry.dtype !== 'F32') throw corrupt(where, `dtype F32 for "${name}"`, JSON.stringify(entry.dtype));
  const [begin = 0, end = 0] = entry.data_offsets;
  const expected = 4 * entry.shape.reduce((product, size) => product * size, 1);
  if (end - begin !== expected) throw corrupt(where, `${expected} bytes for "${name}"`, `${end - begin}`);
  return { shape: entry.shape, begin, end };
}

function corrupt(where: string, expected: string, received: string): AslError {
  return new AslError('ASL_STATE_CORRUPT', 'the checkpoint is damaged', {
    where,
    expected,
    received,
    remedy: 'delete the file; it is made again by the next run',
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
