import { AslError } from '@auto-seg-loss/kernel';
import type { EvaluationPair } from '../commands/evaluation-pairs.ts';
import { readNpy, showShape } from '../commands/npy-file.ts';

/** How far probabilities of a pixel may be from adding up to 1: float16 and a hundred classes stay below it. */
const ROUNDING = 0.01;

/**
 * The probabilities of an image.
 * @param size [slices, h, w]; of one slice, the file may leave out that side.
 * @returns [c, slices, h, w]. @throws AslError ASL_ARGUMENT_INVALID for a file that holds something else, naming it and the pixel.
 */
export async function readProbabilities(
  { probabilities: file }: EvaluationPair,
  classes: number,
  size: readonly [slices: number, height: number, width: number],
): Promise<Float32Array> {
  if (file === undefined) throw new TypeError('the pair has no probabilities');
  const { data, shape } = await readNpy(file, '--probabilities');
  const fail = (expected: string, received: string): AslError =>
    new AslError('ASL_ARGUMENT_INVALID', 'the array does not hold the probabilities of the image', {
      where: `--probabilities: ${file}`,
      expected,
      received,
      remedy: 'write softmax of the logits at the size of the label, as asl predict --probabilities does',
    });
  const [slices, height, width] = size;
  const wanted = slices === 1 && shape.length === 3 ? [classes, height, width] : [classes, ...size];
  if (shape.length !== wanted.length || wanted.some((side, axis) => shape[axis] !== side))
    throw fail(`shape ${showShape(slices === 1 ? [classes, height, width] : wanted)}`, `shape ${showShape(shape)}`);
  const probabilities = Float32Array.from(data as ArrayLike<number | bigint>, Number);
  const pixels = slices * height * width;
  for (let at = 0; at < pixels; at++) {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const each = probabilities[c * pixels + at] as number;
      // What is not a number is in no range.
      if (!(each >= 0 && each <= 1 + ROUNDING)) throw fail('values from 0 to 1', `${each} at ${place(at, width)}`);
      sum += each;
    }
    if (Math.abs(sum - 1) > ROUNDING)
      throw fail('values that add up to 1 at each pixel', `${sum} at ${place(at, width)}`);
  }
  return probabilities;
}

function place(at: number, width: number): string {
  return `row ${Math.floor(at / width)}, column ${at % width}`;
}
