import type { ListedRun, RunContents, RunList } from '../wire.ts';

/** What is told by the server, by its name. */
interface Hearers {
  runs(list: RunList): void;
  status(run: ListedRun): void;
  contents(contents: RunContents): void;
  gone(): void;
}

/**
 * Listens to what the server tells, and says where it no longer does: the page is then of before. The browser tries again by itself.
 * @param said where it is said.
 */
export function connect(address: string, said: HTMLElement, hearers: Partial<Hearers>): void {
  const source = new EventSource(address);
  source.addEventListener('open', () => {
    said.textContent = '';
  });
  source.addEventListener('error', () => {
    said.textContent =
      'The dashboard does not answer: it has ended, or is busy. What you see is of before; it goes on by itself when it answers again.';
  });
  for (const [name, hear] of Object.entries(hearers)) {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      (hear as (value: unknown) => void)(JSON.parse(data));
    });
  }
}
