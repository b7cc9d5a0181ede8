import { Random } from '@auto-seg-loss/kernel';
import type { Image } from './reference/metrics.ts';

/** Small images whose predictions are mostly right; 255 is ignored. The last class is rare. */
export function randomImages(count: number, classes: number, seed: string): readonly (Image & Maps)[] {
  const random = Random.fromSeed(seed);
  return Array.from({ length: count }, (_, index) => {
    const [height, width] = [3 + (index % 4), 4 + (index % 3)];
    const highest = index % 3 === 0 ? classes - 1 : classes - 2;
    const label = Uint8Array.from({ length: height * width }, () =>
      random.uniform() < 0.1 ? 255 : random.integer(0, highest),
    );
    const prediction = label.map((value) =>
      value !== 255 && random.uniform() < 0.7 ? value : random.integer(0, highest),
    );
    return { height, width, label, prediction };
  });
}

interface Maps {
  readonly label: Uint8Array;
  readonly prediction: Uint8Array;
}
