import type { Command } from 'commander';
import { type AllowCodeOption, withAllowCode } from '../allow-code.ts';
import { withCommonOptions } from '../common-options.ts';
import { collected, wholeNumber } from '../parse-option.ts';
import { fidelityText } from '../report/fidelity-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { withMachine } from '../with-config.ts';
import { measureRun } from './measure-run.ts';

interface Options extends AllowCodeOption {
  readonly candidates?: number;
  readonly iterations?: number;
  readonly repeats?: number;
  readonly set?: readonly string[];
  readonly engine: 'auto' | 'native' | 'wasm';
  readonly workers?: number;
}

/** `asl fidelity`. */
export function addFidelityCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('fidelity <run>')
    .description('tell whether the short trainings of a search can be trusted: train some of its candidates longer')
    .option(
      '--candidates <number>',
      'trials of the run, spread evenly over their rewards (default: 12)',
      wholeNumber(5),
    )
    .option(
      '--iterations <number>',
      'of the longer training (default: five times those of a trial; as many where trials keep features)',
      wholeNumber(1),
    )
    .option('--repeats <number>', 'trainings of each candidate, short and long (default: 1)', wholeNumber(1))
    .option('--set <key=value>', 'where the data are now: dataset.root=FOLDER', collected);
  withCommonOptions(withMachine(withAllowCode(command))).action(async (run: string, options: Options) => {
    const { candidates, iterations, repeats, set, engine, workers, allowCode } = options;
    const { fidelity } = await import('@auto-seg-loss/runtime');
    const headings = { short: 'Short trainings, on common batches:', long: 'Longer trainings:' };
    const result = await measureRun(terminal, headings, (watching) =>
      fidelity(run, {
        ...watching,
        engine,
        ...(candidates === undefined ? {} : { candidates }),
        ...(iterations === undefined ? {} : { iterations }),
        ...(repeats === undefined ? {} : { repeats }),
        ...(set === undefined ? {} : { set }),
        ...(workers === undefined ? {} : { workers }),
        ...(allowCode === undefined ? {} : { allowCode }),
      }),
    );
    terminal.result(result, () => fidelityText(result, terminal.colors.green));
  });
}
