import { AslError, type ErrorDetails } from '@auto-seg-loss/kernel';

/** What a command was given cannot be used. */
export function wrongArgument(message: string, details: ErrorDetails): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', message, details);
}
