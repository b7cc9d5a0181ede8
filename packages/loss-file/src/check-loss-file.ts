import { AslError } from '@auto-seg-loss/kernel';
import { checkSchema, showValue } from '@auto-seg-loss/schema';
import { contentHash } from './content-hash.ts';
import { type LossFile, lossFileSchema } from './loss-file.ts';

/**
 * The content of a loss file, parsed from JSON, as a loss: its fields, and that nobody changed it since it was written.
 * @param where the file, for messages.
 * @throws AslError ASL_LOSS_INVALID with what is wrong: each field, or the hash of a file that was edited by hand.
 */
export function checkLossFile(written: unknown, where: string): LossFile {
  const checked = checkSchema(lossFileSchema, written);
  if ('problems' in checked) {
    throw new AslError('ASL_LOSS_INVALID', 'the file is no loss', { where, problems: checked.problems });
  }
  checkHash(where, written as Readonly<Record<string, unknown>>);
  return checked.value;
}

function checkHash(where: string, written: Readonly<Record<string, unknown>>): void {
  if (written.sha256 === undefined) return;
  const expected = contentHash(written);
  if (written.sha256 === expected) return;
  throw new AslError('ASL_LOSS_INVALID', 'the loss was edited by hand, or damaged: it is not what was written', {
    where: `sha256 in ${where}`,
    expected: `${expected}, the hash of its content`,
    received: showValue(written.sha256),
    remedy: 'restore the file; or remove "sha256" to use it as a hand-made loss, which is no search\'s result any more',
  });
}
