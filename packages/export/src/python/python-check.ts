import type { CheckCase } from '../exported-loss.ts';
import { numberLines } from '../source/number-lines.ts';
import { pythonNumber } from './python-syntax.ts';

/** Columns of a list's line, behind its indentation. */
const WIDTH = 86;

/** The cases as a constant: shape, logits, labels, value, gradient. */
export function pythonCases(cases: readonly CheckCase[]): string {
  const list = (values: readonly number[]): string =>
    `[\n${numberLines(values, WIDTH)
      .map((line) => `            ${line}`)
      .join('\n')}\n        ]`;
  const entries = cases.map(
    ({ shape, logits, labels, value, gradient }) =>
      `    {
        "shape": (${shape.join(', ')}),
        "logits": ${list(logits)},
        "labels": ${list(labels)},
        "value": ${pythonNumber(value)},
        "gradient": ${list(gradient)},
    },`,
  );
  return `# fmt: off
CASES = [  # as Auto Seg-Loss computes them; shapes are (N, C, H, W), label 255 does not count\n${entries.join('\n')}\n]
# fmt: on`;
}
