// The package has types of its main file alone.
declare module 'crc-32/crc32c.js' {
  const exported: {
    /** The CRC32C of bytes, as a signed 32-bit number. */
    buf(data: Uint8Array): number;
  };
  export default exported;
}
