import type { EvaluateResult } from '@auto-seg-loss/runtime';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { type LabelFlagOptions, valueMap, withLabelFlags } from '../label-flags.ts';
import { type MetricFlagOptions, metricFlags, reportUnused, withMetricFlags } from '../metric-flags.ts';
import { collected, nameList, wholeNumber } from '../parse-option.ts';
import { confusionTable } from '../report/confusion-table.ts';
import { coverageText } from '../report/coverage-text.ts';
import { scoresTable, unitsText } from '../report/scores-table.ts';
import { createCounter } from '../terminal/counter.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface Options extends MetricFlagOptions, LabelFlagOptions {
  readonly metrics: readonly string[];
  readonly predictions: string;
  readonly labels: string;
  readonly classes?: number;
  readonly predictionMap?: string | Readonly<Record<string, number | string>>;
  readonly set?: readonly string[];
  readonly probabilities?: string;
  readonly precisionRecall?: true;
  readonly confusion?: string | true;
  readonly csv?: string;
  readonly bootstrap: number;
  readonly seed: number;
  readonly workers?: number;
}

/** Draws of images for the intervals, unless said otherwise. */
const RESAMPLES = 1000;
/** Of fewer images, an interval is no more than a hint. */
const ENOUGH_IMAGES = 50;

/** `asl evaluate`. */
export function addEvaluateCommand(program: Command, terminal: Terminal): void {
  const command = program.command('evaluate').description('score predictions with exact metrics');
  command
    .requiredOption('--metrics <names>', 'metrics, joined by commas, such as miou,biou,hd95', nameList)
    .requiredOption('--predictions <folder>', 'PNG, GIF, TIFF, BMP, npy, npz or NIfTI: a class at every pixel')
    .requiredOption('--labels <folder>', 'the same kinds of file, with the same names')
    .option('--classes <number>', 'number of classes; not needed where --map names them', wholeNumber(1, 255))
    .option('--prediction-map <map>', 'as --map, for predictions', valueMap)
    .option(
      '--set <metric.option=value>',
      'an option of one metric, such as boundary-iou.distance=3; may be repeated',
      collected,
    )
    .option(
      '--probabilities <folder>',
      'probabilities of the classes, NAME.npy with [c, h, w], for metrics such as ece',
    )
    .option('--precision-recall', 'precision and recall of each class, beside the metrics')
    .option(
      '--confusion [file]',
      'the confusion matrix: labels in rows, predictions in columns, in pixels; as CSV if named',
    )
    .option('--csv <file>', 'the value of each class of each image, and their mean, as CSV')
    .option(
      '--bootstrap <number>',
      'draws of images for the 95 % interval of each mean; 0: none',
      wholeNumber(0, 1_000_000),
      RESAMPLES,
    )
    .option('--seed <number>', 'what those draws come from', wholeNumber(0), 1)
    .option('--workers <number>', 'threads (default: one a core, fewer for few images)', wholeNumber(1));
  withCommonOptions(withMetricFlags(withLabelFlags(command))).action(async (options: Options) => {
    const { metrics, ...others } = options;
    const { evaluate, pluginContext } = await import('@auto-seg-loss/runtime');
    const counter = createCounter(terminal, 'images');
    const onImage = (done: number, total: number) => counter.update(done, total);
    try {
      const result = await evaluate({
        ...others,
        metrics,
        context: pluginContext(process.cwd()),
        onImage,
        ...metricFlags(options),
      });
      counter.stop();
      reportUnused(result.unused, metrics.join(', '), terminal);
      for (const note of result.notes) terminal.log(note);
      for (const warning of result.warnings) terminal.log(`Warning: ${warning}`);
      const { images, classes, coverage, confusion } = result;
      const matrix = confusion === undefined ? {} : { confusion };
      const warnings = [...result.warnings, ...roughness(result)];
      terminal.result({ images, classes, metrics: result.metrics, coverage, ...matrix, warnings }, () =>
        describe(result, options).join('\n'),
      );
    } finally {
      counter.stop();
    }
  });
}

/** What is to be said of the intervals, where there are any. */
function roughness({ images, metrics }: EvaluateResult): readonly string[] {
  if (Object.values(metrics).every(({ interval }) => interval === undefined) || images >= ENOUGH_IMAGES) return [];
  if (images === 1) return ['one image tells nothing of others: there is no interval'];
  return [`the intervals are rough: ${images} images, fewer than ${ENOUGH_IMAGES}`];
}

function describe(result: EvaluateResult, { bootstrap, confusion: shown }: Options): readonly string[] {
  const { images, classes, metrics, coverage, confusion } = result;
  const drawn = Object.values(metrics).some(({ interval }) => interval);
  return [
    scoresTable(metrics, classes),
    `${images} ${images === 1 ? 'image' : 'images'}, in percent` +
      (drawn ? `; from, to: 95 % interval over ${bootstrap} draws of images` : ''),
    ...unitsText(metrics),
    ...roughness(result),
    // Of what is unusual, a warning tells.
    ...coverageText({ ...coverage, unusuallyIgnored: false }),
    ...(confusion !== undefined && shown === true ? ['', confusionTable(confusion, classes)] : []),
  ];
}
