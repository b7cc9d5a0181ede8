import type { PickleValue } from './values.ts';

const MOST_MARKS = 1000;

/** The stack of an unpickler, with marks on it: what is above a mark is taken at once. */
export class PickleStack {
  readonly #unlike: (expected: string) => Error;
  /** What is below each mark. */
  readonly #below: PickleValue[][] = [];
  #values: PickleValue[] = [];

  /** @param unlike the error of a pickle that takes what is not there. */
  constructor(unlike: (expected: string) => Error) {
    this.#unlike = unlike;
  }

  /** Whether nothing is above the last mark. */
  get isEmpty(): boolean {
    return this.#values.length === 0;
  }

  /** @returns true, so that an operation that pushes is told from one that is not known. */
  push(value: PickleValue): true {
    this.#values.push(value);
    return true;
  }

  top(): PickleValue {
    const value = this.#values.at(-1);
    if (value === undefined) throw this.#unlike('a value on the stack');
    return value;
  }

  pop(): PickleValue {
    const value = this.top();
    this.#values.pop();
    return value;
  }

  /** The last `count`, in the order in which they came. */
  popMany(count: number): PickleValue[] {
    if (this.#values.length < count) throw this.#unlike(`${count} values on the stack`);
    return this.#values.splice(this.#values.length - count, count);
  }

  mark(): void {
    if (this.#below.length >= MOST_MARKS) throw this.#unlike(`a nesting of at most ${MOST_MARKS}`);
    this.#below.push(this.#values);
    this.#values = [];
  }

  /** All above the last mark, which goes too. */
  popMark(): PickleValue[] {
    const below = this.#below.pop();
    if (below === undefined) throw this.#unlike('a mark');
    const items = this.#values;
    this.#values = below;
    return items;
  }
}
