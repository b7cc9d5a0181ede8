import type { WrittenTerm } from '../source/write-terms.ts';
import { docstringText } from './python-docstring.ts';
import { OWN_PARAMETERS, type OwnTerm } from './python-loss.ts';
import { indented, pythonNumber } from './python-syntax.ts';

/** The two functions of a term: from masks to sums, and from sums to the metric. */
export function pythonFormula({ metric, sumsName, scoreName, formula }: WrittenTerm): string {
  const { sums, score } = formula;
  return `def ${sumsName}(prediction, label, valid):
    """Sums of ${docstringText(metric)} for each class: [1, C] of the batch, or [N, C] of its images."""
${indented([...sums.statements, `return ${tuple(sums.names)}`])}


def ${scoreName}(${sums.names.join(', ')}):
    """${docstringText(metric)} of soft predictions, in [0, 1]."""
${indented([...score.statements, `return ${score.result}`])}`;
}

/** Of one element too. */
function tuple(names: readonly string[]): string {
  return names.length === 1 ? `(${names[0]},)` : names.join(', ');
}

/** Columns of a statement, with its indentation. */
const WIDTH = 100;

/**
 * Statements that leave the sum of all terms in `loss`, of `prediction`, `log_prediction`, `label` and `valid`.
 * @param pixels `valid` with an axis of classes. @param levels how deep the statements stand.
 */
export function pythonSum(
  terms: readonly WrittenTerm[],
  own: readonly OwnTerm[],
  pixels: string,
  levels: number,
): readonly string[] {
  const sum = (before: number): string => (before === 0 ? 'loss =' : 'loss = loss +');
  const searched = terms.flatMap(({ weight, scoreName, sumsName }, index) => {
    const statement = (sums: string): string => {
      const loss = `1 - ${scoreName}(*${sums})`;
      const isWhole = weight === 1 && index === 0;
      return `${sum(index)} ${isWhole ? loss : `${factor(weight)}(${loss})`}`;
    };
    const sums = `${sumsName}(prediction, label, valid)`;
    const line = statement(sums);
    return line.length + 4 * levels <= WIDTH ? [line] : [`sums = ${sums}`, statement('sums')];
  });
  const parameters = OWN_PARAMETERS.replace(/valid$/, pixels);
  const handMade = own.map(
    ({ weight, functionName }, index) => `${sum(terms.length + index)} ${factor(weight)}${functionName}(${parameters})`,
  );
  return [...searched, ...handMade];
}

function factor(weight: number): string {
  return weight === 1 ? '' : `${pythonNumber(weight)} * `;
}
