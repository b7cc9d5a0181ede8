/** An expression as text, with how tightly it binds, so that parentheses stand where they are needed and nowhere else. */
export interface Code {
  readonly text: string;
  readonly binds: Binding;
}

/** From loose to tight. */
export type Binding = 'sum' | 'product' | 'atom';

const ORDER: readonly Binding[] = ['sum', 'product', 'atom'];

export const atom = (text: string): Code => ({ text, binds: 'atom' });

/** The text of an operand that must bind at least so tightly. */
export function operand({ text, binds }: Code, least: Binding): string {
  return ORDER.indexOf(binds) >= ORDER.indexOf(least) ? text : `(${text})`;
}
