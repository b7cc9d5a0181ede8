import type { EvaluateResult } from '@auto-seg-loss/runtime';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { type LabelFlagOptions, valueMap, withLabelFlags } from '../label-flags.ts';
import { type MetricFlagOptions, metricFlags, reportUnused, withMetricFlags } from '../metric-flags.ts';
import { nameList, wholeNumber } from '../parse-option.ts';
import { scoresTable } from '../report/scores-table.ts';
import { createCounter } from '../terminal/counter.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface Options extends MetricFlagOptions, LabelFlagOptions {
  readonly metrics: readonly string[];
  readonly predictions: string;
  readonly labels: string;
  readonly classes?: number;
  readonly predictionMap?: string | Readonly<Record<string, number | string>>;
}

/** `asl evaluate`. */
export function addEvaluateCommand(program: Command, terminal: Terminal): void {
  const command = program.command('evaluate').description('score predictions with exact metrics');
  command
    .requiredOption('--metrics <names>', 'metrics, joined by commas, such as miou,biou', nameList)
    .requiredOption('--predictions <folder>', 'PNG, GIF, TIFF, BMP, npy, npz or NIfTI: a class at every pixel')
    .requiredOption('--labels <folder>', 'the same kinds of file, with the same names')
    .option('--classes <number>', 'number of classes; not needed where --map names them', wholeNumber(1, 255))
    .option('--prediction-map <map>', 'as --map, for predictions', valueMap);
  withCommonOptions(withMetricFlags(withLabelFlags(command))).action(async (options: Options) => {
    const { metrics, ...files } = options;
    const { evaluate, pluginContext } = await import('@auto-seg-loss/runtime');
    const counter = createCounter(terminal, 'images');
    const onImage = (done: number, total: number) => counter.update(done, total);
    try {
      const result = await evaluate({
        ...files,
        metrics,
        context: pluginContext(process.cwd()),
        onImage,
        ...metricFlags(options),
      });
      counter.stop();
      reportUnused(result.unused, metrics.join(', '), terminal);
      for (const note of result.notes) terminal.log(note);
      const { images, classes } = result;
      terminal.result({ images, classes, metrics: result.metrics }, () => describe(result));
    } finally {
      counter.stop();
    }
  });
}

function describe({ images, classes, metrics }: EvaluateResult): string {
  return [scoresTable(metrics, classes), `${images} ${images === 1 ? 'image' : 'images'}, in percent`].join('\n');
}
