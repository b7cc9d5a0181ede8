import { AslError } from '@auto-seg-loss/kernel';

/** The error of a file that a run keeps, and that is not as it was written. */
export function damagedFile(path: string): AslError {
  return new AslError('ASL_STATE_CORRUPT', 'a file of the folder is not what was written there', {
    where: path,
    expected: 'the content that its SHA-256 is of',
    remedy: 'restore it, or call the command that wrote it again',
  });
}
