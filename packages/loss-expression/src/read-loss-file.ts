import { parseJson } from '@auto-seg-loss/config';
import { readTextInput, UnreadableFile } from '@auto-seg-loss/files';
import { AslError, isAslError } from '@auto-seg-loss/kernel';
import { checkLossFile, type LossFile } from '@auto-seg-loss/loss-file';

/**
 * Reads a loss file: its JSON, its fields, and that nobody changed it since it was written.
 * @throws AslError ASL_LOSS_INVALID with what is wrong: each field, or the hash of a file that was edited by hand.
 */
export async function readLossFile(path: string): Promise<LossFile> {
  return checkLossFile(parse(path, await read(path)), path);
}

/** A hundred times the largest that a search has written. */
const MOST_BYTES = 2 ** 20;

async function read(path: string): Promise<string> {
  return readTextInput(path, MOST_BYTES).catch((cause: unknown) => {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw new AslError('ASL_LOSS_INVALID', 'the loss cannot be read', {
      where: path,
      expected: 'a loss file, as asl search writes it',
      received: cause.message,
      cause,
    });
  });
}

function parse(path: string, text: string): unknown {
  try {
    // A config may name any file as the loss to start from.
    return parseJson(path, text, { secret: true });
  } catch (error) {
    if (!isAslError(error)) throw error;
    throw new AslError('ASL_LOSS_INVALID', error.message.replace('the config', 'the loss'), error.details);
  }
}
