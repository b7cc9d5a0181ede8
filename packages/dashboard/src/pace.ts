/** Between two looks, in milliseconds: what was written appears within two seconds. */
const LEAST_MS = 1_000;

/** Does something again and again, until it is stopped. @returns what stops it. */
export function again(act: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const turn = async (): Promise<void> => {
    await act();
    if (!stopped) timer = setTimeout(turn, LEAST_MS);
  };
  void turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Looking at something long again takes no more than one part in so many of the time. */
const PART = 4;

/** What was made of things, until they change; what takes long to make is not made anew at once. */
export class Paced<T> {
  readonly #known: Map<string, { readonly signature: string; readonly value: T; readonly until: number }> = new Map();

  /** @param signature changes as the thing does; null where that cannot be seen. @param make what is made of it. */
  async of(id: string, signature: string | null, make: () => Promise<T>): Promise<T> {
    const known = this.#known.get(id);
    if (known !== undefined && (known.signature === signature || performance.now() < known.until)) return known.value;
    const begun = performance.now();
    const value = await make();
    const until = performance.now() + (PART - 1) * (performance.now() - begun);
    this.#known.set(id, { signature: signature ?? '', value, until });
    return value;
  }

  known(id: string): T | undefined {
    return this.#known.get(id)?.value;
  }

  /** Forgets all others. */
  keepOnly(id: string): void {
    for (const other of this.#known.keys()) if (other !== id) this.#known.delete(other);
  }
}
