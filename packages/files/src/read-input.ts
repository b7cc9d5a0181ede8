import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { systemReason } from '@auto-seg-loss/kernel';

/** A file that cannot be read. Its message says why in a few words: "no such file or folder", "a pipe, not a file". */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * The bytes of a file that somebody else may have put there. Only of a file: a pipe or a device would be waited for without an
 * end, and is refused at once.
 * @param most bytes that are read; a larger file is refused before it is.
 * @throws UnreadableFile
 */
export async function readInput(path: string, most: number): Promise<Buffer> {
  let file: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a pipe waits for somebody who writes to it.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const found = await file.stat();
    if (!found.isFile()) throw new UnreadableFile(kindOf(found));
    if (found.size > most) throw tooLarge(`${found.size} bytes`, most);
    return await readAtMost(file, found.size, most);
  } catch (cause) {
    throw cause instanceof UnreadableFile ? cause : new UnreadableFile(reasonOf(cause), { cause });
  } finally {
    await file?.close();
  }
}

/** The text of a file, in UTF-8. @throws UnreadableFile as `readInput`. */
export async function readTextInput(path: string, most: number): Promise<string> {
  return (await readInput(path, most)).toString('utf8').replace(/^\uFEFF/, '');
}

/** Files of /proc say that they have no size, and one that grows has another in the end: what comes is what counts. */
async function readAtMost(file: FileHandle, size: number, most: number): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(size);
  const length = await fill(file, whole);
  if (length < size) return whole.subarray(0, length);
  const chunks = [whole];
  for (let total = size; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const read = await fill(file, chunk);
    if (read === 0) return chunks.length === 1 ? whole : Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, read));
    total += read;
    if (total > most) throw tooLarge(`more than ${most} bytes`, most);
  }
}

const CHUNK = 65_536;

/** Reads until a buffer is full or the file ends. @returns how much was read. */
async function fill(file: FileHandle, buffer: Buffer): Promise<number> {
  for (let length = 0; ; ) {
    if (length === buffer.length) return length;
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) return length;
    length += bytesRead;
  }
}

function reasonOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : systemReason(cause);
}

interface Kinds {
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

function kindOf(found: Kinds): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe, not a file';
  return found.isSocket() ? 'a socket, not a file' : 'a device, not a file';
}

function tooLarge(size: string, most: number): UnreadableFile {
  return new UnreadableFile(`${size}, where at most ${most} are read`);
}
