import { isAslError } from '@auto-seg-loss/kernel';
import { CutShort, NotRead, unusable } from './unusable.ts';

// What zlib says where its input has ended.
const ENDED = /unexpected end of (file|input)/i;

/**
 * The error for a file that could not be decoded.
 * @param what 'a label' or 'an image'.
 * @param expected the kinds of file that are read.
 */
export function explain(error: unknown, bytes: Uint8Array, file: string, what: string, expected: string): Error {
  // A defect of this program is no fault of the file.
  if (isAslError(error) || error instanceof TypeError || error instanceof ReferenceError) return error;
  if (error instanceof NotRead) {
    const { message, remedy } = error;
    return unusable(file, `${what} is a file that cannot be used`, { expected, received: message, remedy });
  }
  const message = error instanceof Error ? error.message.trim() : String(error);
  // A reader that looks behind the end of a file gets a RangeError.
  const ended = error instanceof RangeError || ENDED.test(message);
  const reason = ended ? new CutShort().message : message;
  return unusable(file, `${what} cannot be decoded`, {
    expected: `a whole file: ${expected}`,
    received: `${bytes.length} bytes: ${reason}`,
    remedy: 'the file is truncated or broken: copy it again from the source, or take it out of the data set',
    cause: error,
  });
}
