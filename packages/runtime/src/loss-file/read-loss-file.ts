import { parseJson } from '@auto-seg-loss/config';
import { readTextInput, UnreadableFile } from '@auto-seg-loss/files';
import { AslError, isAslError } from '@auto-seg-loss/kernel';
import { contentHash, type LossFile, lossFileSchema } from '@auto-seg-loss/loss-file';
import { checkSchema, showValue } from '@auto-seg-loss/schema';

/**
 * Reads a loss file: its JSON, its fields, and that nobody changed it since it was written.
 * @throws AslError ASL_LOSS_INVALID with what is wrong: each field, or the hash of a file that was edited by hand.
 */
export async function readLossFile(path: string): Promise<LossFile> {
  const written = parse(path, await read(path));
  const checked = checkSchema(lossFileSchema, written);
  if ('problems' in checked) {
    throw new AslError('ASL_LOSS_INVALID', 'the file is no loss', { where: path, problems: checked.problems });
  }
  checkHash(path, written as Readonly<Record<string, unknown>>);
  return checked.value;
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

function checkHash(path: string, written: Readonly<Record<string, unknown>>): void {
  if (written.sha256 === undefined) return;
  const expected = contentHash(written);
  if (written.sha256 === expected) return;
  throw new AslError('ASL_LOSS_INVALID', 'the loss was edited by hand, or damaged: it is not what was written', {
    where: `sha256 in ${path}`,
    expected: `${expected}, the hash of its content`,
    received: showValue(written.sha256),
    remedy: 'restore the file; or remove "sha256" to use it as a hand-made loss, which is no search\'s result any more',
  });
}
