import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const CHUNK = 2 ** 22;

/** SHA-256 of a file's content, in hex. @throws Error where it cannot be read, or is no file. */
export function hashFile(path: string): string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return hashDescriptor(file);
  } finally {
    closeSync(file);
  }
}

/** The same of a file that is open; what is read from it by position is not moved. */
export function hashDescriptor(file: number): string {
  if (!fstatSync(file).isFile()) throw new Error('not a file');
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK);
  for (let position = 0; ; ) {
    const read = readSync(file, chunk, 0, CHUNK, position);
    if (read === 0) return hash.digest('hex');
    hash.update(chunk.subarray(0, read));
    position += read;
  }
}
