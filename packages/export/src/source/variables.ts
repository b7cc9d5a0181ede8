import { atom, type Code } from './code.ts';
import type { Names } from './names.ts';
import type { Syntax } from './syntax.ts';

/** Columns of an expression, and of one with the name before it. */
const WIDTH = 68;
const NAMED = 90;
/** Shorter operands stay where they are, and so do names. */
const SHORT = 20;

/** The variables of a function: what is used again is written once, and so is what has a name. Uses are counted before. */
export class Variables {
  /** Assignments, each behind those that it needs. */
  readonly statements: string[] = [];
  readonly #syntax: Pick<Syntax, 'assignment'>;
  readonly #names: Names;
  readonly #uses = new Map<string, number>();
  readonly #known = new Map<string, Code>();
  #room = WIDTH;

  constructor(syntax: Pick<Syntax, 'assignment'>, names: Names) {
    this.#syntax = syntax;
    this.#names = names;
  }

  /** Counts a use. @returns whether it is the first, which is when what the expression is made of is used. */
  count(key: string): boolean {
    const uses = (this.#uses.get(key) ?? 0) + 1;
    this.#uses.set(key, uses);
    return uses === 1;
  }

  /**
   * An expression, or the variable that holds it.
   * @param name what the variable would be called. @param always whether it gets one though it is used once.
   */
  of(key: string, name: () => string, write: () => Code, always = false): Code {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (!always && (this.#uses.get(key) ?? 0) < 2) return write();
    const variable = this.hold(name(), this.within(name(), write));
    this.#known.set(key, variable);
    return variable;
  }

  /**
   * An expression of operands, the longest of which become variables where there is no room for them in a line.
   * @param names what they are called, in the operands' order.
   */
  fit(operands: readonly Code[], compose: (operands: readonly Code[]) => Code, names: readonly string[] = []): Code {
    const whole = compose(operands);
    const lengths = operands.map(({ text }) => (/^\w+$/.test(text) ? 0 : text.length));
    const longest = lengths.indexOf(Math.max(...lengths));
    const operand = operands[longest];
    if (operand === undefined || whole.text.length <= this.#room || (lengths[longest] as number) <= SHORT) return whole;
    return this.fit(operands.with(longest, this.hold(names[longest] ?? 'part', operand)), compose, names);
  }

  /** Writes what gets this name, which stands in its line. */
  within(name: string, write: () => Code): Code {
    const before = this.#room;
    this.#room = Math.min(WIDTH, NAMED - name.length);
    const value = write();
    this.#room = before;
    return value;
  }

  /** A variable for what has none yet. @param name as `of` takes it. */
  hold(name: string, value: Code): Code {
    const variable = atom(this.#names.take(name));
    this.assign(variable.text, value);
    return variable;
  }

  assign(name: string, value: Code): void {
    this.statements.push(this.#syntax.assignment(name, value));
  }
}
