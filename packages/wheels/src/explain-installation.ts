import { AslError, isAslError } from '@auto-seg-loss/kernel';
import type { Wanted } from './wheel.ts';

/** The error of an installation whose disk is full or whose cache cannot be written, told so; others as they are. */
export function explainInstallation(error: unknown, folder: string, { code }: Pick<Wanted, 'code'>): unknown {
  // A folder that could not be made says why in its cause.
  const reason = isAslError(error) && error.code === 'ASL_RUN_FOLDER' ? error.cause : error;
  const fault = reason instanceof Error && 'code' in reason ? reason.code : undefined;
  if (fault === 'ENOSPC') {
    return new AslError(code, 'the disk became full', {
      where: folder,
      remedy: 'free some space, or set ASL_CACHE_DIR to a folder on a larger disk',
      cause: error,
    });
  }
  if (fault === 'EACCES' || fault === 'EROFS' || fault === 'EPERM' || fault === 'ENOTDIR' || reason !== error) {
    return new AslError(code, 'the cache folder cannot be written', {
      where: folder,
      remedy: 'set ASL_CACHE_DIR to a folder that can',
      cause: error,
    });
  }
  return error;
}
