import { atom, type Code } from './code.ts';
import type { Names } from './names.ts';
import type { Syntax } from './syntax.ts';

/** The variables of a function: what is used again is written once, and so is what has a name. Uses are counted before. */
export class Variables {
  /** Assignments, each behind those that it needs. */
  readonly statements: string[] = [];
  readonly #syntax: Pick<Syntax, 'assignment'>;
  readonly #names: Names;
  readonly #uses = new Map<string, number>();
  readonly #known = new Map<string, Code>();

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
    const value = write();
    if (!always && (this.#uses.get(key) ?? 0) < 2) return value;
    const variable = this.hold(name(), value);
    this.#known.set(key, variable);
    return variable;
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
