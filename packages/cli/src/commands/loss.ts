import type { Layout } from '@auto-seg-loss/runtime';
import { type Command, Option } from 'commander';
import { type AllowCodeOption, withAllowCode } from '../allow-code.ts';
import { withCommonOptions } from '../common-options.ts';
import { LOSS_ARGUMENT, type LossOptionFlags, lossOptions, withLossOptions } from '../loss-options.ts';
import { type MetricFlagOptions, metricFlags, reportUnused, withMetricFlags } from '../metric-flags.ts';
import { labelValues } from '../parse-option.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface Options extends MetricFlagOptions, LossOptionFlags, AllowCodeOption {
  readonly logits: string;
  readonly labels: string;
  readonly layout: Layout;
  readonly ignore?: readonly number[];
  readonly gradient?: string;
}

/** `asl loss`. */
export function addLossCommand(program: Command, terminal: Terminal): void {
  const command = program.command('loss').description('the value of a loss on logits and labels, and its gradient');
  command
    .argument('<loss>', LOSS_ARGUMENT)
    .requiredOption('--logits <file>', '.npy, float32, not normalised, in the order of --layout')
    .requiredOption('--labels <file>', '.npy, uint8 or int32, [n, h, w]: a class, or ignored')
    .addOption(
      new Option('--layout <order>', "the order of the logits' axes").choices(['nchw', 'nhwc']).default('nchw'),
    )
    .option('--ignore <values>', 'label values of pixels that do not count, such as 255,-1 (default: 255)', labelValues)
    .option('--gradient <file>', 'write the gradient by the logits here: .npy, float32, in the same layout');
  withCommonOptions(withAllowCode(withLossOptions(withMetricFlags(command)))).action(
    async (loss: string, options: Options) => {
      const { logits, labels, layout, ignore, gradient } = options;
      const { lossValue, pluginContext } = await import('@auto-seg-loss/runtime');
      const { value, unused } = await lossValue({
        loss,
        logits,
        labels,
        layout,
        context: pluginContext(process.cwd(), { allowCode: options.allowCode === true }),
        ...(ignore === undefined ? {} : { ignore }),
        ...(gradient === undefined ? {} : { gradient }),
        ...metricFlags(options),
        ...lossOptions(options),
      });
      reportUnused(unused, loss, terminal);
      terminal.result({ value }, () => String(value));
    },
  );
}
