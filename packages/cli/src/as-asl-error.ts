import { readFileSync } from 'node:fs';
import { AslError, aslCommand, isAslError, systemError } from '@auto-seg-loss/kernel';

/** The error itself if it is one that a person can act on, else ASL_INTERNAL: a defect of this program. */
export function asAslError(error: unknown): AslError {
  if (error instanceof AslError) return error;
  // Another copy of the kernel made it, whose methods may be of another version.
  if (isAslError(error)) return new AslError(error.code, error.message, error.details);
  const foreseen = systemError(error) ?? tooFewHandles(error);
  if (foreseen !== undefined) return foreseen;
  return new AslError('ASL_INTERNAL', error instanceof Error ? error.message : String(error), {
    remedy:
      "this is a defect of this program. Run it again with --debug, and report to the project's issue tracker what it prints, " +
      `the config, and the output of: ${aslCommand('doctor')}`,
    cause: error,
  });
}

/** The program's modules are read many at once. */
const ENOUGH_HANDLES = 256;

/** Where files cannot be opened for want of handles, Node says that a module is not there. */
function tooFewHandles(error: unknown): AslError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const limit = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND' ? openFilesLimit() : undefined;
  if (limit === undefined || limit >= ENOUGH_HANDLES) return undefined;
  return new AslError('ASL_SYSTEM', 'too few files may be open at once', {
    expected: `a limit of at least ${ENOUGH_HANDLES}`,
    received: String(limit),
    remedy: 'raise the limit on open files (ulimit -n)',
    cause: error,
  });
}

/** undefined where it cannot be told. */
function openFilesLimit(): number | undefined {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
