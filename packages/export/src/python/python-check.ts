import type { CheckCase } from '../exported-loss.ts';
import { pythonNumber } from './python-syntax.ts';

/** Columns of a list's line, behind its indentation. */
const WIDTH = 86;

/** The cases as a constant: shape, logits, labels, value, gradient. */
export function pythonCases(cases: readonly CheckCase[]): string {
  const list = (values: readonly number[]): string => {
    const lines: string[] = [];
    let line = '';
    for (const value of values) {
      const text = `${pythonNumber(value)},`;
      if (line.length + text.length > WIDTH) {
        lines.push(line);
        line = '';
      }
      line += line === '' ? text : ` ${text}`;
    }
    return `[\n${[...lines, line].map((each) => `            ${each}`).join('\n')}\n        ]`;
  };
  const entries = cases.map(
    ({ shape, logits, labels, value, gradient }) =>
      `    dict(
        shape=(${shape.join(', ')}),
        logits=${list(logits)},
        labels=${list(labels)},
        value=${pythonNumber(value)},
        gradient=${list(gradient)},
    ),`,
  );
  return `# fmt: off
CASES = [  # as Auto Seg-Loss computes them; shapes are (N, C, H, W), label 255 does not count\n${entries.join('\n')}\n]
# fmt: on`;
}
