import type { CheckCase } from '../exported-loss.ts';
import { javascriptNumber } from '../javascript/javascript-text.ts';
import { numberLines } from '../source/number-lines.ts';

/** Columns of a list's line, behind its indentation. */
const WIDTH = 94;

/** The cases as a constant, with channels last. */
export function tfjsCases(cases: readonly CheckCase[]): string {
  const list = (values: readonly number[]): string =>
    `[\n${numberLines(values, WIDTH)
      .map((line) => `      ${line}`)
      .join('\n')}\n    ]`;
  const entries = cases.map(({ shape, logits, labels, value, gradient }) => {
    const [n, c, h, w] = shape;
    return `  {
    shape: [${[n, h, w, c].join(', ')}],
    logits: ${list(channelsLast(logits, shape))},
    labels: ${list(labels)},
    value: ${javascriptNumber(value)},
    gradient: ${list(channelsLast(gradient, shape))},
  },`;
  });
  return `// As Auto Seg-Loss computes them; shapes are [N, H, W, C], label 255 does not count.
const CASES = [\n${entries.join('\n')}\n];`;
}

/** [n, c, h, w] as [n, h, w, c]. */
function channelsLast(values: readonly number[], [, c, h, w]: CheckCase['shape']): readonly number[] {
  const pixels = h * w;
  return values.map((_, to) => {
    const [image, pixel, channel] = [Math.floor(to / (c * pixels)), Math.floor(to / c) % pixels, to % c];
    return values[(image * c + channel) * pixels + pixel] as number;
  });
}
