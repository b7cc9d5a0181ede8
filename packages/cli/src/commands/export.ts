import { EXPORT_TARGETS, type ExportTarget } from '@auto-seg-loss/export/target-names';
import { type Command, Option } from 'commander';
import { type AllowCodeOption, withAllowCode } from '../allow-code.ts';
import { withCommonOptions } from '../common-options.ts';
import { LOSS_ARGUMENT, type LossOptionFlags, lossOptions, withLossOptions } from '../loss-options.ts';
import { type MetricFlagOptions, metricFlags, reportUnused, withMetricFlags } from '../metric-flags.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface Options extends MetricFlagOptions, LossOptionFlags, AllowCodeOption {
  readonly to: ExportTarget;
  readonly out?: string;
  readonly name?: string;
}

/** `asl export`. */
export function addExportCommand(program: Command, terminal: Terminal, version: string): void {
  const command = program
    .command('export')
    .description('a loss as one file of source code, for a framework that needs nothing else');
  command
    .argument('<loss>', LOSS_ARGUMENT)
    .addOption(new Option('--to <framework>', 'what the file is for').choices(EXPORT_TARGETS).makeOptionMandatory())
    .option('--out <file>', 'the file to write; without it, the source goes to the output')
    .option('--name <name>', 'what the class or function is called; default: made of the metric, such as MiouLoss');
  withCommonOptions(withAllowCode(withLossOptions(withMetricFlags(command)))).action(
    async (loss: string, options: Options) => {
      const { to, out, name } = options;
      const { exportLoss, pluginContext } = await import('@auto-seg-loss/runtime');
      const exported = await exportLoss({
        loss,
        to,
        version,
        context: pluginContext(process.cwd(), { allowCode: options.allowCode === true }),
        ...(out === undefined ? {} : { out }),
        ...(name === undefined ? {} : { name }),
        ...metricFlags(options),
        ...lossOptions(options),
      });
      reportUnused(exported.unused, loss, terminal);
      terminal.result(
        { name: exported.name, to, ...(out === undefined ? { source: exported.source } : { out }) },
        () => (out === undefined ? exported.source.trimEnd() : `${exported.name} is in ${out}`),
      );
    },
  );
}
