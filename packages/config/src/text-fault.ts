/** Where and why reading a text stopped. */
export class TextFault extends Error {
  /** In the text, from 0. */
  readonly offset: number;
  /** The same fault without a word of the text. */
  readonly discreet: string;

  constructor(message: string, offset: number, discreet: string = message) {
    super(message);
    this.offset = offset;
    this.discreet = discreet;
  }
}

/** @param before the keys of the same object that stand before it; this one is added. @throws TextFault */
export function checkKey(name: string, before: Set<string> | undefined, offset: number): void {
  // What sets a prototype in place of a field is no field.
  if (name === '__proto__') throw new TextFault('the key "__proto__" is not allowed', offset);
  if (before?.has(name) === true) {
    throw new TextFault(`keys must be unique: ${JSON.stringify(name)} stands twice`, offset, 'a key stands twice');
  }
  before?.add(name);
}
