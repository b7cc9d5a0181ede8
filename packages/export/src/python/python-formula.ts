import type { Prediction } from '../source/predictions.ts';
import type { WrittenTerm } from '../source/write-terms.ts';
import { docstringText } from './python-docstring.ts';
import { OWN_PARAMETERS, type OwnTerm } from './python-loss.ts';
import { indented, pythonNumber, pythonTuple } from './python-syntax.ts';

/** The two functions of a term: from masks to sums, and from sums to the metric. */
export function pythonFormula({ metric, sumsName, scoreName, formula }: WrittenTerm): string {
  const { sums, score } = formula;
  return `def ${sumsName}(prediction, label, valid):
    """Sums of ${docstringText(metric)} for each class: [1, C] of the batch, or [N, C] of its images."""
${indented([...sums.statements, `return ${tuple(sums.names)}`])}


${signature(scoreName, sums.names)}
    """${docstringText(metric)} of soft predictions, in [0, 1]."""
${indented([...score.statements, `return ${score.result}`])}`;
}

/** Columns of a statement, with its indentation. */
const WIDTH = 100;

/** What is returned: in parentheses where that is one element, or more than a line has room for. */
function tuple(names: readonly string[]): string {
  const line = names.join(', ');
  const room = WIDTH - '    return '.length;
  return names.length > 1 && line.length <= room ? line : pythonTuple(names, room);
}

/** In as few lines as formatters have it. */
function signature(name: string, parameters: readonly string[]): string {
  const line = parameters.join(', ');
  if (`def ${name}(${line}):`.length <= WIDTH) return `def ${name}(${line}):`;
  const lines = line.length + 4 <= WIDTH ? [line] : parameters.map((each) => `${each},`);
  return [`def ${name}(`, ...lines.map((each) => `    ${each}`), '):'].join('\n');
}

/**
 * Statements that leave the sum of all terms in `loss`, of the predictions, `log_prediction`, `label` and `valid`.
 * @param pixels `valid` with an axis of classes. @param levels how deep the statements stand.
 */
export function pythonSum(
  terms: readonly WrittenTerm[],
  own: readonly OwnTerm[],
  pixels: string,
  levels: number,
): readonly string[] {
  const sum = (before: number): string => (before === 0 ? 'loss =' : 'loss = loss +');
  const searched = terms.flatMap(({ weight, scoreName, sumsName, prediction }, index) => {
    const statement = (sums: string): string => {
      const loss = `1 - ${scoreName}(*${sums})`;
      const isWhole = weight === 1 && index === 0;
      return `${sum(index)} ${isWhole ? loss : `${factor(weight)}(${loss})`}`;
    };
    const sums = `${sumsName}(${prediction}, label, valid)`;
    const line = statement(sums);
    return line.length + 4 * levels <= WIDTH ? [line] : [`sums = ${sums}`, statement('sums')];
  });
  const handMade = own.map(
    ({ weight, functionName }, index) => `${sum(terms.length + index)} ${factor(weight)}${functionName}(*inputs)`,
  );
  const inputs = own.length === 0 ? [] : [`inputs = (${OWN_PARAMETERS.replace(/valid$/, pixels)})`];
  return [...searched, ...inputs, ...handMade];
}

/** Statements for the predictions. @param softmax of an expression of the logits. @param logits their variable. */
export function pythonPredictions(
  predictions: readonly Prediction[],
  logits: string,
  softmax: (of: string) => string,
): readonly string[] {
  return predictions.map(({ name, temperature }) => {
    const of = temperature === 1 ? logits : `${logits} / ${pythonNumber(temperature)}`;
    return `${name} = ${softmax(of)}`;
  });
}

function factor(weight: number): string {
  return weight === 1 ? '' : `${pythonNumber(weight)} * `;
}
