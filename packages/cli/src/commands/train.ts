import { AslError, type ScoringOptions } from '@auto-seg-loss/kernel';
import type { NamedCoverage, TrainResult } from '@auto-seg-loss/runtime';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { type DecodeOption, decodedBy, withDecode } from '../decode-option.ts';
import { LOSS_ARGUMENT } from '../loss-options.ts';
import { folderPath, wholeNumber } from '../parse-option.ts';
import { coverageText } from '../report/coverage-text.ts';
import { missedClasses } from '../report/missed-classes.ts';
import { lostText, notesText, scoredOnVal } from '../report/scored-on-val.ts';
import { scoresTable } from '../report/scores-table.ts';
import { type TensorBoardOption, tensorBoardOf, withTensorBoard } from '../tensorboard.ts';
import { alignColumns } from '../terminal/columns.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type ConfigOptions, readConfig, withConfig } from '../with-config.ts';
import { watchTrainings } from './watch-trainings.ts';

interface Options extends ConfigOptions, TensorBoardOption, DecodeOption {
  readonly loss: string;
  readonly seed?: number;
  readonly out?: string;
}

/** `asl train`. */
export function addTrainCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('train')
    .description('train a network with a loss on the whole training split, and report every exact metric on val');
  withConfig(command)
    .requiredOption('--loss <loss>', LOSS_ARGUMENT)
    .option('--seed <number>', "of weights and batches (default: the config's)", wholeNumber(0))
    .option(
      '--out <folder>',
      'write the weights (safetensors) and a report here; interrupted, the command goes on',
      folderPath,
    );
  withCommonOptions(withTensorBoard(withDecode(command))).action(async (file: string | undefined, options: Options) => {
    const { loss, seed, out, engine } = options;
    const board = await tensorBoardOf(options);
    const loaded = decodedBy(await readConfig(file, options, terminal), options);
    const { train } = await import('@auto-seg-loss/runtime');
    const result = await watchTrainings(
      terminal,
      out,
      (watched) =>
        train(loaded, {
          ...watched,
          loss,
          engine,
          ...(seed === undefined ? {} : { seed }),
          ...(out === undefined ? {} : { out }),
        }),
      board === undefined ? undefined : (onLost) => board.trainings('train', out, onLost),
    );
    const { network } = result;
    if (network.status === 'failed') {
      throw new AslError('ASL_TRIAL_FAILED', 'the network could not be trained', {
        where: `${network.loss}, seed ${network.seed}`,
        received: network.error,
        ...(network.notFinite ? { remedy: 'lower training.learningRate' } : {}),
      });
    }
    terminal.result(result, () => describe(result, loaded.config.training.scoring));
  });
}

function describe({ network, others, classes, found, weights, report }: TrainResult, scoring: ScoringOptions): string {
  if (network.status === 'failed') return '';
  const all = [network, ...others].map((each) => ({ name: each.decoder ?? 'argmax', networks: [each] }));
  const named = others.length > 0 || network.decoder !== undefined;
  const files = [
    ['weights', weights],
    ['report', report],
  ].flatMap(([name, path]) => (name === undefined || path === undefined ? [] : [[name, path]]));
  return [
    ...all.flatMap(({ name, networks }) => {
      const [each] = networks;
      if (each?.status !== 'complete') return [];
      return [...(named ? [`decoded by ${name}`] : []), scoresTable(each.metrics, classes)];
    }),
    `${scoredOnVal(scoring)}, in percent`,
    '',
    ...(others.length === 0
      ? coverageText(network.coverage)
      : coverageText({ ...network.coverage, classes: presentIn(network.coverage) }, missedClasses(all))),
    ...lostText(network.lostClasses),
    ...notesText([network]),
    ...(files.length === 0 ? [] : ['', ...alignColumns(files)]),
    ...(found ? ['trained before: this is what the folder holds'] : []),
  ].join('\n');
}

/** What the labels hold, whatever a decoder makes of the images. */
function presentIn({ classes }: NamedCoverage): readonly { readonly name: string; readonly present: number }[] {
  return classes.map(({ name, present }) => ({ name, present }));
}
