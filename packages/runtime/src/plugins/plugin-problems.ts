import { AslError, type Problem } from '@auto-seg-loss/kernel';

/** One error for several: itself where there is one, else a list of all their problems, with the code that they share. */
export function oneError(errors: readonly AslError[]): AslError {
  const [first, ...more] = errors;
  if (first !== undefined && more.length === 0) return first;
  const problems = errors.flatMap(problemsOf);
  const [code = 'ASL_CONFIG_INVALID', ...others] = new Set(errors.map((error) => error.code));
  const message = `the plugins of the config have ${problems.length} problems`;
  return new AslError(others.length === 0 ? code : 'ASL_CONFIG_INVALID', message, { problems });
}

/** What is wrong, as a list that can be joined with others. */
export function problemsOf({ message, details }: AslError): readonly Problem[] {
  const { problems, where = 'the config', expected = where, received = 'nothing', remedy } = details;
  return problems ?? [{ where: message, expected, received, ...(remedy === undefined ? {} : { remedy }) }];
}
