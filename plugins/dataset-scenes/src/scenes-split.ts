import { AslError, type Random, type Sample, type Split } from '@auto-seg-loss/kernel';
import { drawScene } from './draw-scene.ts';
import type { ScenesOptions } from './options.ts';

/** Scenes, drawn when they are read. */
export class ScenesSplit implements Split {
  readonly ids: readonly string[];
  readonly #name: string;
  readonly #options: Pick<ScenesOptions, 'size' | 'difficulty'>;
  readonly #random: Random;

  /** @param random the data set's stream; scene i of the split `name` has a stream of its own. */
  constructor(name: string, count: number, options: Pick<ScenesOptions, 'size' | 'difficulty'>, random: Random) {
    this.ids = Array.from({ length: count }, (_, index) => `${name}/${String(index).padStart(5, '0')}`);
    this.#name = name;
    this.#options = options;
    this.#random = random;
  }

  read(index: number): Promise<Sample> {
    const id = this.ids[index];
    if (id === undefined) {
      return Promise.reject(
        new AslError('ASL_ARGUMENT_INVALID', 'a sample outside the split was asked for', {
          where: 'read(index)',
          expected: `an integer from 0 to ${this.ids.length - 1}`,
          received: String(index),
        }),
      );
    }
    const { size, difficulty } = this.#options;
    const scene = drawScene(size, this.#random.split(`${this.#name}/${index}`), difficulty);
    return Promise.resolve({ id, height: size[0], width: size[1], ...scene });
  }
}
