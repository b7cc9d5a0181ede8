import type { CheckCase } from '../exported-loss.ts';
import { pythonNumber } from './python-syntax.ts';

/** The cases as a constant: shape, logits, labels, value, gradient. */
export function pythonCases(cases: readonly CheckCase[]): string {
  const list = (values: readonly number[]): string => {
    const lines: string[] = [];
    for (let at = 0; at < values.length; at += 12)
      lines.push(
        `            ${values
          .slice(at, at + 12)
          .map(pythonNumber)
          .join(', ')},`,
      );
    return `[\n${lines.join('\n')}\n        ]`;
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
  return `CASES = [  # as Auto Seg-Loss computes them; shapes are (N, C, H, W), label 255 does not count\n${entries.join('\n')}\n]`;
}
