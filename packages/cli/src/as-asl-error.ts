import { AslError, aslCommand, isAslError } from '@auto-seg-loss/kernel';

/** What the operating system says, where a person can act on it though no command foresaw it. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space on the disk',
  EMFILE: 'raise the limit on open files (ulimit -n)',
  ENOMEM: 'free some memory, or lower workers or batchSize',
};

/** The error itself if it is one that a person can act on, else ASL_INTERNAL: a defect of this program. */
export function asAslError(error: unknown): AslError {
  if (error instanceof AslError) return error;
  // Another copy of the kernel made it, whose methods may be of another version.
  if (isAslError(error)) return new AslError(error.code, error.message, error.details);
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const path = error instanceof Error && 'path' in error ? String(error.path) : undefined;
  const remedy = SYSTEM_ERRORS[code];
  if (remedy !== undefined) {
    return new AslError('ASL_RUN_FOLDER', message, {
      ...(path === undefined ? {} : { where: path }),
      remedy,
      cause: error,
    });
  }
  return new AslError('ASL_INTERNAL', message, {
    remedy:
      "this is a defect of this program. Run it again with --debug, and report to the project's issue tracker what it prints, " +
      `the config, and the output of: ${aslCommand('doctor')}`,
    cause: error,
  });
}
