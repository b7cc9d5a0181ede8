import { AslError, IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { Decoded } from './decoded.ts';

const NO_CLASS = -1;

/** What becomes of label values: classes stay, ignored values become IGNORE_LABEL, all others are refused. */
export class ClassMap {
  readonly #targets = new Int16Array(256).fill(NO_CLASS);
  readonly #classes: number;
  readonly #ignored: readonly number[];

  constructor(classes: number, ignored: readonly number[]) {
    this.#classes = classes;
    this.#ignored = ignored;
    for (let value = 0; value < classes; value++) this.#targets[value] = value;
    for (const value of ignored) this.#targets[value] = IGNORE_LABEL;
  }

  /** @throws AslError ASL_DATA_INVALID naming the first value without a class, how often it occurs, and where first. */
  apply({ data, width }: Decoded, file: string): Uint8Array {
    const targets = this.#targets;
    const label = new Uint8Array(data.length);
    for (let pixel = 0; pixel < data.length; pixel++) {
      const target = targets[data[pixel] as number] as number;
      if (target === NO_CLASS) throw this.#unknownValue(data, width, pixel, file);
      label[pixel] = target;
    }
    return label;
  }

  #unknownValue(data: Uint8Array, width: number, first: number, file: string): AslError {
    const value = data[first] as number;
    const count = data.reduce((sum, other) => sum + (other === value ? 1 : 0), 0);
    const others = [...new Set(data)]
      .filter((other) => other !== value && this.#targets[other] === NO_CLASS)
      .sort((a, b) => a - b);
    const ignored = [...this.#ignored, value];
    return new AslError('ASL_DATA_INVALID', 'a label holds a value that is no class', {
      where: file,
      expected: `values from 0 to ${this.#classes - 1}${this.#ignored.length === 0 ? '' : `, or ignored: ${this.#ignored.join(', ')}`}`,
      received:
        `${value} at ${count} of ${data.length} pixels, first at row ${Math.floor(first / width)}, column ${first % width}` +
        (others.length === 0 ? '' : `; also ${others.slice(0, 8).join(', ')}${others.length > 8 ? ', …' : ''}`),
      remedy:
        `if these pixels do not count, set dataset.ignoreLabel to ${ignored.length === 1 ? value : `[${ignored.join(', ')}]`}; ` +
        'if they are a class, add it to dataset.classes',
    });
  }
}
