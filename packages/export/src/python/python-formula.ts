import type { WrittenTerm } from '../source/write-terms.ts';
import { indented, pythonNumber } from './python-syntax.ts';

/** The two functions of a term: from masks to sums, and from sums to the metric. */
export function pythonFormula({ metric, sumsName, scoreName, formula }: WrittenTerm): string {
  const { sums, score } = formula;
  return `def ${sumsName}(prediction, label, valid):
    """Sums of ${metric} for each class: [1, C] of the batch, or [N, C] of its images."""
${indented([...sums.statements, `return ${tuple(sums.names)}`])}


def ${scoreName}(${sums.names.join(', ')}):
    """${metric} of soft predictions, in [0, 1]."""
${indented([...score.statements, `return ${score.result}`])}`;
}

/** Of one element too. */
function tuple(names: readonly string[]): string {
  return names.length === 1 ? `(${names[0]},)` : names.join(', ');
}

/** The sum of the terms, of `prediction`, `label` and `valid`. */
export function pythonSum(terms: readonly WrittenTerm[]): string {
  const [only] = terms;
  if (only !== undefined && terms.length === 1 && only.weight === 1)
    return `1 - ${only.scoreName}(*${only.sumsName}(prediction, label, valid))`;
  return terms
    .map(({ weight, scoreName, sumsName }) => {
      const loss = `(1 - ${scoreName}(*${sumsName}(prediction, label, valid)))`;
      return weight === 1 ? loss : `${pythonNumber(weight)} * ${loss}`;
    })
    .join(' + ');
}
