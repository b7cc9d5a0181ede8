import type { Dataset } from '@auto-seg-loss/kernel';
import type { ScoredImage } from '@auto-seg-loss/training';

/** An image beside its label and what a network made of it, in the classes' colours. */
export interface ExamplePrediction {
  /** Of the image. */
  readonly id: string;
  /** A PNG, in base64: it travels as text. */
  readonly png: string;
  /** Pixels of the picture. */
  readonly height: number;
  readonly width: number;
}

/** Of a few images that a network is scored on. */
export interface ExampleSettings {
  readonly count: number;
  /** Pixels of the longest side of an image in a picture. */
  readonly longest: number;
}

/**
 * Takes a few of the images that a network is scored on, spread over all, and shows what it made of them.
 * @param decoder the place of the one whose classes are shown. @param count how many. @param longest pixels of the longest side of an image in a picture. @param total of the images that are scored.
 */
export function examplePredictions(
  { classes, colors }: Pick<Dataset, 'classes' | 'colors'>,
  { count, longest }: ExampleSettings,
  total: number,
  decoder: number,
): { add(scored: ScoredImage): void; made(): Promise<readonly ExamplePrediction[]> } {
  const few = Math.min(count, total);
  const wanted = new Set(Array.from({ length: few }, (_, index) => Math.floor((index * total) / few)));
  const taken: ScoredImage[] = [];
  return {
    add: (scored) => {
      if (wanted.has(scored.index)) taken.push(scored);
    },
    made: async () => {
      if (taken.length === 0) return [];
      const { classColors, panelsPng } = await import('@auto-seg-loss/images');
      const shown = classColors(classes.length, colors);
      return taken.map(({ sample, predictions }): ExamplePrediction => {
        const { png, height, width } = panelsPng(sample, predictions[decoder] as Uint8Array, shown, longest);
        return { id: sample.id, png: Buffer.from(png).toString('base64'), height, width };
      });
    },
  };
}
