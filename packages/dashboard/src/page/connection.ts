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
 * A page that nobody sees does not listen: browsers keep few connections to a server, for all of its pages together.
 * @param said where it is said.
 */
export function connect(address: string, said: HTMLElement, hearers: Partial<Hearers>): void {
  let source: EventSource | undefined;
  const listen = (): void => {
    source?.close();
    source = document.hidden ? undefined : sourceOf(address, said, hearers);
  };
  document.addEventListener('visibilitychange', listen);
  listen();
}

function sourceOf(address: string, said: HTMLElement, hearers: Partial<Hearers>): EventSource {
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
  return source;
}
