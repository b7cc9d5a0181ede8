/** Hands out names that are not taken: `value`, then `value 2`; as identifiers of a language. */
export class Names {
  readonly #reserved: ReadonlySet<string>;
  readonly #taken: Set<string>;
  readonly #spell: (words: readonly string[]) => string;

  /** @param reserved what no name may be. @param spell makes an identifier of lower-case words. */
  constructor(reserved: Iterable<string>, spell: (words: readonly string[]) => string) {
    this.#reserved = new Set(reserved);
    this.#taken = new Set(this.#reserved);
    this.#spell = spell;
  }

  /**
   * @param text words in any spelling: `labelled pixels`, `miou.intersection`.
   * @param what it is, added to a name that is taken before any was handed out: `true` → `true sum`.
   */
  take(text: string, what?: string): string {
    const own = wordsOf(text);
    const words = what !== undefined && this.#reserved.has(this.#spell(own)) ? [...own, what] : own;
    for (let number = 1; ; number++) {
      const name = this.#spell(number === 1 ? words : [...words, String(number)]);
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return name;
    }
  }
}

/** Lower-case words of letters and digits; the first begins with a letter. */
export function wordsOf(text: string): readonly string[] {
  const words = text
    .normalize('NFKD')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const [first] = words;
  return first === undefined || /^[0-9]/.test(first) ? ['the', ...words] : words;
}
