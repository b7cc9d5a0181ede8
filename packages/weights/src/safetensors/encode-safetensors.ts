import { AslError } from '@auto-seg-loss/kernel';

/** Tensors of float32 with free text beside them. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
  /** By key (`__metadata__` in the file). */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The key in a header that is no tensor. */
export const METADATA = '__metadata__';

/**
 * Writes float32 tensors in the safetensors format: 8 bytes header length (little endian), a JSON header padded with spaces
 * to a multiple of 8, then the tensors' bytes in the order of the map. Equal content gives equal bytes.
 * @throws AslError ASL_ARGUMENT_INVALID for a tensor that cannot be written.
 */
export function encodeSafetensors({ tensors, metadata }: SafetensorsContent): Uint8Array {
  // Without a prototype, so that a tensor may have any name.
  const header: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) header[METADATA] = metadata;
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    refuseUnwritable(name, shape, data);
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
  for (const { data } of tensors.values()) {
    // Float32Array is in the machine's byte order, and every platform that Node's V8 builds run TensorFlow on is little endian.
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

function refuseUnwritable(name: string, shape: readonly number[], data: Float32Array): void {
  const refuse = (expected: string, received: string) =>
    new AslError('ASL_ARGUMENT_INVALID', `the tensor "${name}" cannot be written`, { where: name, expected, received });
  if (name === METADATA) throw refuse('another name', `${METADATA}, which is not a tensor in safetensors files`);
  // A lone surrogate would be written as another character, and could then be another tensor's name.
  if (/\p{Surrogate}/u.test(name)) throw refuse('a name of whole characters', 'half a character (a lone surrogate)');
  const size = shape.reduce((product, one) => product * one, 1);
  if (size !== data.length) throw refuse(`${size} numbers for shape ${JSON.stringify(shape)}`, `${data.length}`);
}
