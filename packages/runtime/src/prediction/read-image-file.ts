import { readFile } from 'node:fs/promises';
import { AslError, systemReason } from '@auto-seg-loss/kernel';

/** An image's bytes. @throws AslError ASL_DATA_MISSING if it cannot be read. */
export async function readImageFile(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw new AslError('ASL_DATA_MISSING', 'an image cannot be read', {
      where: path,
      expected: 'a file that this user may read',
      received: systemReason(cause),
      remedy: 'check that the file is there and its permissions',
      cause,
    });
  });
}
