import { readFile, stat } from 'node:fs/promises';
import { AslError } from '@auto-seg-loss/kernel';

/** A line of a list file that is not empty. */
export interface ListLine {
  /** `FILE:LINE`, for messages. */
  readonly where: string;
  readonly text: string;
}

/** Far above any list: a million long lines. */
const MAXIMUM_BYTES = 256 * 2 ** 20;

/**
 * The lines of a list file without surrounding blanks; empty lines are left out. Takes UTF-8 and UTF-16, byte order marks,
 * Windows line ends, backslashes in paths, and decomposed letters.
 * @param option that names it. @param base where a relative path of it starts, for the message.
 * @throws AslError ASL_DATA_MISSING if the file cannot be read; ASL_DATA_INVALID if it is no list.
 */
export async function readList(file: string, option: string, base: string): Promise<readonly ListLine[]> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new AslError('ASL_DATA_MISSING', 'a list file was not found', {
      where: option,
      expected: `a text file at ${file}`,
      received: found === undefined ? 'nothing there' : 'no file',
      remedy: `correct ${option}; it is relative to ${base}`,
    });
  }
  if (found.size > MAXIMUM_BYTES) throw noList(file, option, `a file of ${found.size} bytes`);
  const text = decodeText(await readFile(file));
  if (text.includes('\0')) throw noList(file, option, 'bytes that are no text');
  return text
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({
      where: `${file}:${index + 1}`,
      text: line.trim().replaceAll('\\', '/').normalize('NFC'),
    }))
    .filter(({ text: line }) => line !== '');
}

function decodeText(bytes: Buffer): string {
  const littleEndian = bytes[0] === 0xff && bytes[1] === 0xfe;
  const bigEndian = bytes[0] === 0xfe && bytes[1] === 0xff;
  // Without a mark, UTF-16 shows by the zeros in every second byte of its ASCII.
  const bare = bytes.length >= 4 && bytes[1] === 0 && bytes[3] === 0 && bytes[0] !== 0;
  const bareBig = bytes.length >= 4 && bytes[0] === 0 && bytes[2] === 0 && bytes[1] !== 0;
  const encoding = littleEndian || bare ? 'utf-16le' : bigEndian || bareBig ? 'utf-16be' : 'utf-8';
  // The decoder takes the mark off.
  return new TextDecoder(encoding).decode(bytes);
}

function noList(file: string, option: string, received: string): AslError {
  return new AslError('ASL_DATA_INVALID', 'a list file is no list', {
    where: `${option}: ${file}`,
    expected: 'a text file with a line for each sample',
    received,
    remedy: `correct ${option}`,
  });
}
