/** Between two looks, in milliseconds: what was written appears within two seconds. */
const LEAST_MS = 1_000;
/** Looking at a long run takes a while: it takes no more than a part of the time. */
const PART = 4;

/** Does something again and again, until it is stopped. @returns what stops it. */
export function again(act: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const turn = async (): Promise<void> => {
    const begun = performance.now();
    await act();
    if (!stopped) timer = setTimeout(turn, Math.max(LEAST_MS, PART * (performance.now() - begun)));
  };
  void turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
