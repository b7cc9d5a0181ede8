import crc32c from 'crc-32/crc32c.js';

/** Of a record's length with its checksum, and of the checksum after its data. */
const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;

/** Data as a record of a TFRecord file: its length (8 bytes, little endian), a checksum of that, the data, a checksum of them. */
export function encodeRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(HEADER_BYTES + data.length + FOOTER_BYTES);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true);
  record.set(data, HEADER_BYTES);
  view.setUint32(HEADER_BYTES + data.length, maskedChecksum(data), true);
  return record;
}

/**
 * The data of a file's records, up to the first that is not whole: what a process that was killed left of its last one.
 */
export function* readRecords(file: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at + HEADER_BYTES <= file.length; ) {
    if (view.getUint32(at + 8, true) !== maskedChecksum(file.subarray(at, at + 8))) return;
    const begin = at + HEADER_BYTES;
    const end = begin + Number(view.getBigUint64(at, true));
    if (end + FOOTER_BYTES > file.length) return;
    const data = file.subarray(begin, end);
    if (view.getUint32(end, true) !== maskedChecksum(data)) return;
    yield data;
    at = end + FOOTER_BYTES;
  }
}

/** CRC32C, rotated and shifted as TFRecord files have it: the plain one of data that hold checksums tells little. */
function maskedChecksum(bytes: Uint8Array): number {
  const checksum = crc32c.buf(bytes) >>> 0;
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}
