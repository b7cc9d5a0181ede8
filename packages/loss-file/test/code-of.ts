import { isAslError } from '@auto-seg-loss/kernel';

/** The code of the error that an action throws; undefined where it throws none. */
export function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (isAslError(error)) return error.code;
    throw error;
  }
  return undefined;
}
