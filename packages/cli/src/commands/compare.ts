import { AslError } from '@auto-seg-loss/kernel';
import type { CompareResult } from '@auto-seg-loss/runtime';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { type DecodeOption, decodedBy, withDecode } from '../decode-option.ts';
import { folderPath, nameList, positiveNumbers, wholeNumber } from '../parse-option.ts';
import { comparisonTable } from '../report/comparison-table.ts';
import { type TensorBoardOption, tensorBoardOf, withTensorBoard } from '../tensorboard.ts';
import { quantity } from '../terminal/quantity.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type ConfigOptions, readConfig, withConfig } from '../with-config.ts';
import { watchTrainings } from './watch-trainings.ts';

interface Options extends ConfigOptions, TensorBoardOption, DecodeOption {
  readonly losses: readonly string[];
  readonly seeds?: number;
  readonly learningRates?: readonly number[];
  readonly out?: string;
  readonly keepNetworks?: true;
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
    )
    .option('--keep-networks', 'keep the weights of the networks too, in the folder of --out, for asl predict');
  withCommonOptions(withTensorBoard(withDecode(command))).action(async (file: string | undefined, options: Options) => {
    const { losses, seeds, learningRates, out, keepNetworks = false, engine } = options;
    if (keepNetworks && out === undefined) throw nowhereToKeep();
    const board = await tensorBoardOf(options);
    const loaded = decodedBy(await readConfig(file, options, terminal), options);
    const result = await watchTrainings(
      terminal,
      out,
      async (watched) => {
        const { compare } = await import('@auto-seg-loss/runtime');
        return compare(loaded, {
          ...watched,
          losses,
          engine,
          keepNetworks,
          ...(seeds === undefined ? {} : { seeds }),
          ...(learningRates === undefined ? {} : { learningRates }),
          ...(out === undefined ? {} : { out }),
        });
      },
      board === undefined ? undefined : (onLost) => board.trainings('compare', out, onLost),
    );
    const { scoring } = loaded.config.training;
    terminal.result(result, () =>
      [comparisonTable(result, terminal.colors.green, scoring), ...keptText(result.kept)].join('\n'),
    );
    checkAllTrained(result);
  });
}

function keptText(kept: CompareResult['kept']): readonly string[] {
  if (kept === undefined) return [];
  const { folder, networks, bytes } = kept;
  return ['', `${quantity(networks, 'network')} kept in ${folder}: ${(bytes / 1e6).toFixed(1)} MB`];
}

function nowhereToKeep(): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', 'networks are kept in a folder', {
    where: '--keep-networks',
    expected: 'the folder, with --out',
    received: 'none',
    remedy: 'add --out FOLDER',
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
