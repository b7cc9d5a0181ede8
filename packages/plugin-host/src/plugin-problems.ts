import { AslError, type ErrorCode, type Problem } from '@auto-seg-loss/kernel';

/** How several errors are told as one. */
interface Together {
  /** What has the problems. */
  readonly of: string;
  /** The code where theirs differ. */
  readonly mixed: ErrorCode;
}

const OF_CONFIG: Together = { of: 'the plugins of the config', mixed: 'ASL_CONFIG_INVALID' };

/** One error for several: itself where there is one, else a list of all their problems, with the code that they share. */
export function oneError(errors: readonly AslError[], { of, mixed }: Together = OF_CONFIG): AslError {
  const [first, ...more] = errors;
  if (first !== undefined && more.length === 0) return first;
  const problems = errors.flatMap(problemsOf);
  const [code = mixed, ...others] = new Set(errors.map((error) => error.code));
  return new AslError(others.length === 0 ? code : mixed, `${of} have ${problems.length} problems`, { problems });
}

/** What is wrong, as a list that can be joined with others. */
export function problemsOf({ message, details }: AslError): readonly Problem[] {
  const { problems, where = 'the config', expected = where, received = 'nothing', remedy } = details;
  return problems ?? [{ where: message, expected, received, ...(remedy === undefined ? {} : { remedy }) }];
}
