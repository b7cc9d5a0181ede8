import { BYTES_OF, toFloat32 } from '../number-types.ts';
import type { Refuse } from '../refusal.ts';
import type { NumberType, WeightTensor } from '../state-dict.ts';
import { METADATA } from './encode-safetensors.ts';
import { hasRepeatedKeys } from './repeated-keys.ts';

/** What a safetensors file holds. */
export interface DecodedSafetensors {
  /** In the order of their bytes. */
  readonly tensors: ReadonlyMap<string, WeightTensor>;
  readonly storedAs: ReadonlyMap<string, NumberType>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit. */
const MOST_HEADER_BYTES = 100_000_000;

const TYPES: Readonly<Record<string, NumberType>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F64: 'float64',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

interface Entry {
  readonly name: string;
  readonly type: NumberType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a safetensors file, checking every length and offset before use: tensors must fill the file one after another, without
 * gaps and overlaps, and no key may stand in the header twice.
 * @throws the error that `refuse` makes, for bytes that are not such a file.
 */
export function decodeSafetensors(bytes: Uint8Array, refuse: Refuse): DecodedSafetensors {
  const { header, body } = splitHeader(bytes, refuse);
  const { [METADATA]: metadata = {}, ...rest } = header;
  if (!isTextRecord(metadata)) throw refuse({ expected: `text values in ${METADATA}`, received: shown(metadata) });
  const entries = Object.entries(rest).map(([name, entry]) => readEntry(name, entry, refuse));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      throw refuse({ expected: `tensor "${name}" to begin at byte ${covered}`, received: `it begins at ${begin}` });
    }
    covered = end;
  }
  if (covered !== body.length) {
    throw refuse({ expected: `${covered} bytes of tensors, as the header says`, received: `${body.length} bytes` });
  }
  return {
    tensors: new Map(
      entries.map(({ name, type, shape, begin, end }) => [
        name,
        { dtype: 'float32', shape, data: toFloat32(body.subarray(begin, end), type) },
      ]),
    ),
    storedAs: new Map(entries.map(({ name, type }) => [name, type])),
    metadata,
  };
}

function splitHeader(
  bytes: Uint8Array,
  refuse: Refuse,
): { readonly header: Readonly<Record<string, unknown>>; readonly body: Uint8Array } {
  if (bytes.length < 8) throw refuse({ expected: 'at least 8 bytes', received: `${bytes.length} bytes` });
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const most = Math.min(MOST_HEADER_BYTES, bytes.length - 8);
  if (length > most) {
    throw refuse({ expected: `a header of at most ${most} bytes`, received: `a header of ${length} bytes` });
  }
  const end = 8 + Number(length);
  return { header: parseHeader(bytes.subarray(8, end), refuse), body: bytes.subarray(end) };
}

function parseHeader(json: Uint8Array, refuse: Refuse): Readonly<Record<string, unknown>> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(json);
    header = JSON.parse(text);
  } catch {
    throw refuse({ expected: 'a header of JSON', received: 'other text' });
  }
  if (!isRecord(header)) throw refuse({ expected: 'a JSON object as header', received: 'another JSON value' });
  if (hasRepeatedKeys(text, header)) {
    throw refuse({ expected: 'each key in the header once', received: 'a key that stands there twice' });
  }
  return header;
}

function readEntry(name: string, entry: unknown, refuse: Refuse): Entry {
  if (!isRecord(entry) || !isSizes(entry.shape) || !isSizes(entry.data_offsets) || entry.data_offsets.length !== 2) {
    throw refuse({ expected: `dtype, shape and data_offsets for "${name}"`, received: shown(entry) });
  }
  const { dtype, shape } = entry;
  const type = typeof dtype === 'string' && Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
  if (type === undefined) {
    throw refuse({
      expected: `one of ${Object.keys(TYPES).join(', ')} as dtype of "${name}"`,
      received: shown(dtype),
      remedy: 'write the file with numbers of one of these types',
    });
  }
  const [begin = 0, end = 0] = entry.data_offsets;
  const expected = BYTES_OF[type] * (shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1));
  if (end - begin !== expected) {
    throw refuse({ expected: `${expected} bytes for "${name}"`, received: `${end - begin}` });
  }
  return { name, type, shape, begin, end };
}

/** In a few words: what a stranger wrote may be nested deeper than anything can be written. */
function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return (JSON.stringify(value) ?? 'nothing').slice(0, LONGEST);
  return Array.isArray(value)
    ? 'a list'
    : `an object of ${Object.keys(value).slice(0, 4).join(', ').slice(0, LONGEST)}`;
}

const LONGEST = 200;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
