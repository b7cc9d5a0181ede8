import type { EvaluateResult } from '@auto-seg-loss/runtime';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { type MetricFlagOptions, metricFlags, reportUnused, withMetricFlags } from '../metric-flags.ts';
import { nameList, wholeNumber } from '../parse-option.ts';
import { scoresTable } from '../report/scores-table.ts';
import { createCounter } from '../terminal/counter.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface Options extends MetricFlagOptions {
  readonly metrics: readonly string[];
  readonly predictions: string;
  readonly labels: string;
  readonly classes: number;
}

/** `asl evaluate`. */
export function addEvaluateCommand(program: Command, terminal: Terminal): void {
  const command = program.command('evaluate').description('score predictions with exact metrics');
  command
    .requiredOption('--metrics <names>', 'metrics, joined by commas, such as miou,biou', nameList)
    .requiredOption('--predictions <folder>', '8-bit index PNGs, a class at every pixel')
    .requiredOption('--labels <folder>', '8-bit index PNGs of the same names; other values than classes are ignored')
    .requiredOption('--classes <number>', 'number of classes', wholeNumber(1, 255));
  withCommonOptions(withMetricFlags(command)).action(async (options: Options) => {
    const { metrics, predictions, labels, classes } = options;
    const { evaluate, pluginContext } = await import('@auto-seg-loss/runtime');
    const counter = createCounter(terminal, 'images');
    const onImage = (done: number, total: number) => counter.update(done, total);
    try {
      const result = await evaluate({
        metrics,
        predictions,
        labels,
        classes,
        context: pluginContext(process.cwd()),
        onImage,
        ...metricFlags(options),
      });
      counter.stop();
      reportUnused(result.unused, metrics.join(', '), terminal);
      terminal.result({ images: result.images, metrics: result.metrics }, () => describe(result, classes));
    } finally {
      counter.stop();
    }
  });
}

function describe({ images, metrics }: EvaluateResult, classes: number): string {
  const names = Array.from({ length: classes }, (_, index) => `class ${index}`);
  return [scoresTable(metrics, names), `${images} images, in percent`].join('\n');
}
