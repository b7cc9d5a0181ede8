import { readFile } from 'node:fs/promises';
import { AslError } from '@auto-seg-loss/kernel';

/** A file's bytes. @throws AslError ASL_DATA_MISSING if it cannot be read. */
export async function readDataFile(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: unknown) => {
    throw new AslError('ASL_DATA_MISSING', 'a file of the data set cannot be read', {
      where: file,
      expected: 'a file that this user may read',
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: 'check that the file is there and its permissions',
      cause,
    });
  });
}
