import { AslError, type ErrorDetails } from '@auto-seg-loss/kernel';

/** The error for a file that cannot be used. */
export function unusable(file: string, message: string, details: Omit<ErrorDetails, 'where'>): AslError {
  return new AslError('ASL_DATA_INVALID', message, { where: file, ...details });
}

/** What is wrong within a file's bytes. `decodeLabel` and `decodeImage` make the message of it, which names the file. */
export class BrokenFile extends Error {}

/** A file that has less than it promises. */
export class CutShort extends BrokenFile {
  constructor() {
    super('it ends too early');
  }
}

/** A sound file of a kind that is not read. */
export class NotRead extends Error {
  readonly remedy: string;

  /** @param message what the file is. */
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
