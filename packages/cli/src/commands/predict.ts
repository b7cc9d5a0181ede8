import { parseOverride } from '@auto-seg-loss/config';
import type { PluginUse } from '@auto-seg-loss/kernel';
import type { PredictResult } from '@auto-seg-loss/runtime';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AllowCodeOption, withAllowCode } from '../allow-code.ts';
import { withCommonOptions } from '../common-options.ts';
import { valueMap } from '../label-flags.ts';
import { collected, folderPath, positiveNumbers, wholeNumber } from '../parse-option.ts';
import { alignColumns } from '../terminal/columns.ts';
import { createCounter } from '../terminal/counter.ts';
import { engineNotes } from '../terminal/engine-notes.ts';
import { quantity } from '../terminal/quantity.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { runUntilStopped } from './run-until-stopped.ts';

interface Options extends AllowCodeOption {
  readonly network: string;
  readonly loss?: string;
  readonly seed?: number;
  readonly out: string;
  readonly list?: string;
  readonly overlays?: string;
  readonly probabilities?: string;
  readonly palette?: true;
  readonly values: ReturnType<typeof valueMap>;
  readonly windows?: boolean;
  readonly overlap?: number;
  readonly flip?: boolean;
  readonly scales?: readonly number[];
  readonly decode?: string;
  readonly set?: readonly string[];
  readonly range?: readonly [number, number];
  readonly orientation?: 'apply' | 'ignore';
  readonly engine: 'auto' | 'native' | 'wasm';
}

/** `asl predict`. */
export function addPredictCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('predict <images...>')
    .description('predict the class of each pixel of images with a trained network: PNGs at their own size');
  command
    .requiredOption(
      '--network <network>',
      'the folder of asl train --out or asl compare --keep-networks, or a file of weights that they wrote',
    )
    .option('--loss <loss>', 'of a comparison, the network with this loss, as its table names it')
    .option('--seed <number>', 'of a comparison, the network with this seed (default: the lowest)', wholeNumber(0))
    .requiredOption(
      '--out <folder>',
      'for PNGs of class indices; what is there of the same network is kept',
      folderPath,
    )
    .option('--list <file>', 'a text file with the names that count, one a line; without it, all do')
    .option('--overlays <folder>', 'for pictures of the images with their classes laid over them', folderPath)
    .option('--probabilities <folder>', 'for the probabilities: .npy, [c, h, w] float32', folderPath)
    .option('--palette', "give the PNGs a palette, with the data set's colours")
    .option(
      '--values <values>',
      'what stands for a class: classes (its index), labels (its value in the label files that the network was trained on), or ' +
        'a map as asl evaluate --map takes it, such as cityscapes',
      valueMap,
      'classes',
    )
    .option('--windows', "slide windows of the training's size over the image at its own size")
    .option('--no-windows', 'show the network the whole image')
    .option('--overlap <share>', 'of a window that the next one covers too, at least; 0 or more, below 1', overlapShare)
    .option('--flip', 'average with the mirrored image')
    .option('--no-flip', 'leave that out')
    .option('--decode <decoder>', 'what decides the class of each pixel: argmax (default), rank, …')
    .option('--set <key=value>', 'set an option of the decoder, such as for=dice; may be repeated', collected)
    .option('--scales <numbers>', 'average over the image at several scales, such as 0.75,1,1.25', scaleList)
    .option(
      '--range <low,high>',
      'values that become black and white, of images of floats or of 10 to 16 bits',
      valueRange,
    )
    .addOption(
      new Option('--orientation <choice>', 'whether the orientation that a camera noted is applied').choices([
        'apply',
        'ignore',
      ]),
    )
    .addOption(
      new Option('--engine <name>', 'what computes')
        .choices(['auto', 'native', 'wasm'])
        .default('auto', 'native if installed'),
    );
  withCommonOptions(withAllowCode(command)).action(async (images: readonly string[], options: Options) => {
    const { predict } = await import('@auto-seg-loss/runtime');
    const { windows, overlap, flip, scales, range, orientation, decode, set, ...rest } = options;
    const counter = createCounter(terminal, 'images');
    const display = { note: (line: string) => terminal.log(line), stop: () => counter.stop() };
    const result = await runUntilStopped(display, (signal) =>
      predict({
        ...rest,
        images,
        signal,
        ...(decode === undefined && set === undefined ? {} : { decode: decoderOf(decode ?? 'argmax', set ?? []) }),
        scoring: {
          ...(windows === undefined ? {} : { mode: windows ? 'windows' : 'whole' }),
          ...(overlap === undefined ? {} : { overlap }),
          ...(flip === undefined ? {} : { flip }),
          ...(scales === undefined ? {} : { scales }),
        },
        reading: { ...(range === undefined ? {} : { range }), ...(orientation === undefined ? {} : { orientation }) },
        onStart: (engine, notes) => {
          for (const line of [...engineNotes(engine, 1), ...notes]) terminal.log(line);
        },
        onImage: (done, total) => counter.update(done, total),
      }),
    );
    for (const { note, images: of, first } of result.notes)
      terminal.log(`${first}${of === 1 ? '' : ` and ${of - 1} more`}: ${note}`);
    for (const { error } of result.failed) terminal.logText(error);
    terminal.result(result, () => describe(result));
    if (result.failed.length > 0) terminal.outcome = 1;
  });
}

/** @param set options as `key=value`. @throws AslError ASL_USAGE for what is no option with a value. */
function decoderOf(use: string, set: readonly string[]): PluginUse {
  const options = set.map(parseOverride).map(({ path, value }) => [path.join('.'), value] as const);
  return { ...Object.fromEntries(options), use } as PluginUse;
}

function describe({ images, found, failed, decode, out, overlays, probabilities }: PredictResult): string {
  const made = images - failed.length - found;
  const folders = [
    ['predictions', out],
    ['overlays', overlays],
    ['probabilities', probabilities],
  ].flatMap(([name, path]) => (name === undefined || path === undefined ? [] : [[name, path]]));
  return [
    `${quantity(made, 'image')} predicted` +
      (found === 0 ? '' : `, ${found} predicted before`) +
      (failed.length === 0 ? '' : `, ${failed.length} could not be`) +
      (decode.use === 'argmax' ? '' : `; decoded by ${decode.use}`),
    ...alignColumns(folders),
  ].join('\n');
}

function overlapShare(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value < 1) return value;
  throw new InvalidArgumentError('It must be a number, 0 or more and below 1.');
}

function scaleList(text: string): readonly number[] {
  const scales = positiveNumbers(text);
  if (scales.length <= 20 && scales.every((scale) => scale >= 0.1 && scale <= 10)) return scales;
  throw new InvalidArgumentError('It must be at most 20 numbers from 0.1 to 10, joined by commas.');
}

function valueRange(text: string): readonly [number, number] {
  const [low = Number.NaN, high = Number.NaN, ...more] = text
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (more.length === 0 && Number.isFinite(low) && Number.isFinite(high) && low < high) return [low, high];
  throw new InvalidArgumentError('It must be two numbers joined by a comma, the smaller first, such as 0,4095.');
}
