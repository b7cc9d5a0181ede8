import { AslError, type Problem } from '@auto-seg-loss/kernel';
import { type Checked, checkSchema, showValue } from '@auto-seg-loss/schema';
import { contentHash } from './content-hash.ts';
import type { LossFile, LossFileTerm } from './loss-file.ts';
import { curvesTermSchema, handMadeTermSchema, SUM, singleSchema, sumSchema } from './loss-file-schema.ts';

/**
 * The content of a loss file, parsed from JSON, as a loss: its fields, and that nobody changed it since it was written.
 * @param where the file, for messages.
 * @throws AslError ASL_LOSS_INVALID with what is wrong: each field, or the hash of a file that was edited by hand.
 */
export function checkLossFile(written: unknown, where: string): LossFile {
  const fields = fieldsOf(written);
  const checked = fields.format === SUM ? checkSum(fields) : checkSingle(written);
  if ('problems' in checked) {
    throw new AslError('ASL_LOSS_INVALID', 'the file is no loss', { where, problems: checked.problems });
  }
  checkHash(where, fields);
  return checked.value;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** A loss of curves alone is a sum of one term. */
function checkSingle(written: unknown): Checked<LossFile> {
  const checked = checkSchema(singleSchema, written);
  if ('problems' in checked) return checked;
  const { format: _format, absent, metric, surrogate, constraints, curves, ...origin } = checked.value;
  return {
    value: { terms: [{ weight: 1, temperature: 1, absent, metric, surrogate, constraints, curves }], ...origin },
  };
}

function checkSum(fields: Readonly<Record<string, unknown>>): Checked<LossFile> {
  const whole = checkSchema(sumSchema, fields);
  const written: readonly unknown[] = Array.isArray(fields.terms) ? fields.terms : [];
  const terms = written.map((term, index) => checkTerm(term, `terms[${index}]`));
  const problems = [...problemsOf(whole), ...terms.flatMap(problemsOf)];
  if ('problems' in whole || problems.length > 0) return { problems };
  const { format: _format, terms: _unchecked, ...origin } = whole.value;
  return { value: { terms: terms.flatMap((term) => ('value' in term ? [term.value] : [])), ...origin } };
}

/** What names a loss is held to be hand-made, so that messages speak of the fields of what was meant. */
function checkTerm(term: unknown, path: string): Checked<LossFileTerm> {
  return 'loss' in fieldsOf(term)
    ? checkSchema(handMadeTermSchema, term, path)
    : checkSchema(curvesTermSchema, term, path);
}

function problemsOf(checked: Checked<unknown>): readonly Problem[] {
  return 'problems' in checked ? checked.problems : [];
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
