import type { FidelityResult } from '@auto-seg-loss/runtime';
import type { Command } from 'commander';
import { type AllowCodeOption, withAllowCode } from '../allow-code.ts';
import { withCommonOptions } from '../common-options.ts';
import { collected, wholeNumber } from '../parse-option.ts';
import { fidelityText } from '../report/fidelity-text.ts';
import { createSearchProgress } from '../terminal/search-progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { withMachine } from '../with-config.ts';
import { runUntilStopped } from './run-until-stopped.ts';

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
    const progress = createSearchProgress(terminal);
    let stage: 'short' | 'long' | undefined;
    const result = await runUntilStopped(progress, async (signal, stopped): Promise<FidelityResult> => {
      const measured = await fidelity(run, {
        engine,
        signal,
        ...(candidates === undefined ? {} : { candidates }),
        ...(iterations === undefined ? {} : { iterations }),
        ...(repeats === undefined ? {} : { repeats }),
        ...(set === undefined ? {} : { set }),
        ...(workers === undefined ? {} : { workers }),
        ...(allowCode === undefined ? {} : { allowCode }),
        onEvent: (event, now) => {
          if (now !== stage)
            progress.note(now === 'short' ? 'Short trainings, on common batches:' : 'Longer trainings:');
          stage = now;
          progress.handle(event);
        },
      });
      if (measured !== undefined) return measured;
      progress.stop();
      terminal.log('Stopped; what is finished is kept. The same command goes on.');
      throw stopped();
    });
    terminal.result(result, () => fidelityText(result, terminal.colors.green));
  });
}
