import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { type EvaluationImage, evaluationImage } from '../evaluation-image.ts';

export interface PairSize {
  readonly height: number;
  readonly width: number;
  readonly classes: number;
}

/** Drawing a picture takes ten times as long as moving one. */
const DRAWN = 4;
/** Pixels by which a picture is moved from one that shows the same, down and to the right. */
const STEP = { down: 37, right: 97 };

/** Writes pairs of index PNGs into the folders `predictions` and `labels`: drawn ones, and these moved around their borders. */
export function writePairs(folder: string, pairs: number, { height, width, classes }: PairSize): void {
  for (const part of ['predictions', 'labels']) mkdirSync(join(folder, part));
  const drawn: EvaluationImage[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const image = drawn[pair % DRAWN] ?? evaluationImage(height, width, classes, `folder ${pair}`);
    if (pair < DRAWN) drawn.push(image);
    const file = `${String(pair).padStart(5, '0')}.png`;
    const write = (part: string, map: Uint8Array): void => {
      const data = moved(map, height, width, pair);
      writeFileSync(join(folder, part, file), encode({ width, height, data, channels: 1, depth: 8 }));
    };
    write('predictions', image.prediction);
    write('labels', image.label);
  }
}

function moved(map: Uint8Array, height: number, width: number, steps: number): Uint8Array {
  const out = new Uint8Array(map.length);
  const right = (STEP.right * steps) % width;
  for (let y = 0; y < height; y++) {
    const from = ((y + STEP.down * steps) % height) * width;
    out.set(map.subarray(from + right, from + width), y * width);
    out.set(map.subarray(from, from + right), (y + 1) * width - right);
  }
  return out;
}
