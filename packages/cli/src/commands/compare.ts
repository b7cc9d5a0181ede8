import { AslError } from '@auto-seg-loss/kernel';
import type { CompareResult } from '@auto-seg-loss/runtime';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { folderPath, nameList, positiveNumbers, wholeNumber } from '../parse-option.ts';
import { comparisonTable } from '../report/comparison-table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type ConfigOptions, readConfig, withConfig } from '../with-config.ts';
import { watchTrainings } from './watch-trainings.ts';

interface Options extends ConfigOptions {
  readonly losses: readonly string[];
  readonly seeds?: number;
  readonly learningRates?: readonly number[];
  readonly out?: string;
}

/** `asl compare`. */
export function addCompareCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('compare')
    .description(
      'train networks with each of several losses, with several seeds, and report every exact metric on val',
    );
  withConfig(command)
    .requiredOption(
      '--losses <losses>',
      'joined by commas: runs/miou-1/loss.json,published:miou,cross-entropy,0.5*dice+cross-entropy',
      nameList,
    )
    .option('--seeds <number>', "networks for each loss (default: the config's report.seeds)", wholeNumber(1))
    .option(
      '--learning-rates <numbers>',
      'joined by commas: each loss gets the one that is best for it on held-out training images',
      positiveNumbers,
    )
    .option(
      '--out <folder>',
      'write compare.json here, and keep what was trained: interrupted, the command goes on; further losses join the table',
      folderPath,
    );
  withCommonOptions(command).action(async (file: string | undefined, options: Options) => {
    const { losses, seeds, learningRates, out, engine } = options;
    const loaded = await readConfig(file, options, terminal);
    const result = await watchTrainings(terminal, out, async (watched) => {
      const { compare } = await import('@auto-seg-loss/runtime');
      return compare(loaded, {
        ...watched,
        losses,
        engine,
        ...(seeds === undefined ? {} : { seeds }),
        ...(learningRates === undefined ? {} : { learningRates }),
        ...(out === undefined ? {} : { out }),
      });
    });
    terminal.result(result, () => comparisonTable(result, terminal.colors.green, loaded.config.training.scoring));
    checkAllTrained(result);
  });
}

/** A table of those that could be trained is worth showing; still the command has failed. @throws AslError ASL_TRIAL_FAILED. */
export function checkAllTrained({ losses }: CompareResult): void {
  const failed = losses.flatMap(({ networks }) => networks.filter(({ status }) => status === 'failed'));
  const [first] = failed;
  if (first?.status !== 'failed') return;
  throw new AslError('ASL_TRIAL_FAILED', `${failed.length} of the networks could not be trained`, {
    where: `${first.loss}, seed ${first.seed}`,
    received: first.error,
    remedy: `${first.notFinite ? 'lower training.learningRate; ' : ''}the table is of the others`,
  });
}
