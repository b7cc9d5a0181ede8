import { readFile } from 'node:fs/promises';
import { AslError } from '@auto-seg-loss/kernel';

/** A line of a list file that is not empty. */
export interface ListLine {
  /** `FILE:LINE`, for messages. */
  readonly where: string;
  readonly text: string;
}

/**
 * The lines of a list file without surrounding blanks; empty lines are left out. Takes Windows line ends, a byte order
 * mark and backslashes in paths.
 * @throws AslError ASL_DATA_MISSING if the file cannot be read.
 */
export async function readList(file: string, option: string): Promise<readonly ListLine[]> {
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AslError('ASL_DATA_MISSING', 'a list file was not found or cannot be read', {
      where: option,
      expected: `a text file at ${file}`,
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: `correct ${option}; it is relative to dataset.root`,
      cause,
    });
  });
  return content
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ where: `${file}:${index + 1}`, text: line.trim().replaceAll('\\', '/') }))
    .filter(({ text }) => text !== '');
}
