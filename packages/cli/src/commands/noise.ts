import type { Command } from 'commander';
import { type AllowCodeOption, withAllowCode } from '../allow-code.ts';
import { withCommonOptions } from '../common-options.ts';
import { collected, wholeNumber } from '../parse-option.ts';
import { noiseText } from '../report/noise-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { withMachine } from '../with-config.ts';
import { measureRun } from './measure-run.ts';

interface Options extends AllowCodeOption {
  readonly candidates?: number;
  readonly draws?: number;
  readonly folds?: number;
  readonly iterations?: number;
  readonly set?: readonly string[];
  readonly engine: 'auto' | 'native' | 'wasm';
  readonly workers?: number;
}

/** `asl noise`. */
export function addNoiseCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('noise <run>')
    .description(
      'tell where the variance of the rewards of a search comes from: first weights, batches, images held out',
    )
    .option('--candidates <number>', 'trials of the run, spread evenly over their rewards (default: 6)', wholeNumber(5))
    .option('--draws <number>', 'of first weights, and of batches (default: 2)', wholeNumber(2))
    .option(
      '--folds <number>',
      'of the training images, each of which gives the rewards once (default: 4)',
      wholeNumber(2),
    )
    .option('--iterations <number>', 'of the longer training (default: five times those of a trial)', wholeNumber(1))
    .option('--set <key=value>', 'where the data are now: dataset.root=FOLDER', collected);
  withCommonOptions(withMachine(withAllowCode(command))).action(async (run: string, options: Options) => {
    const { candidates, draws, folds, iterations, set, engine, workers, allowCode } = options;
    const { noise } = await import('@auto-seg-loss/runtime');
    const headings = { short: 'Trials in all combinations:', long: 'Longer trainings:' };
    const result = await measureRun(terminal, headings, (watching) =>
      noise(run, {
        ...watching,
        engine,
        ...(candidates === undefined ? {} : { candidates }),
        ...(draws === undefined ? {} : { draws }),
        ...(folds === undefined ? {} : { folds }),
        ...(iterations === undefined ? {} : { iterations }),
        ...(set === undefined ? {} : { set }),
        ...(workers === undefined ? {} : { workers }),
        ...(allowCode === undefined ? {} : { allowCode }),
      }),
    );
    terminal.result(result, () => noiseText(result));
  });
}
