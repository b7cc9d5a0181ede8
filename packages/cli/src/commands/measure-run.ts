import type { SearchEvent } from '@auto-seg-loss/runtime';
import { createSearchProgress } from '../terminal/search-progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { runUntilStopped } from './run-until-stopped.ts';

/** What a measurement is begun with, and whom it tells how far it is. */
interface Watching {
  readonly signal: AbortSignal;
  readonly onEvent: (event: SearchEvent, stage: 'short' | 'long') => void;
}

/**
 * Trains candidates of a run again, briefly and longer, with progress.
 * @param headings of both stages.
 * @param measure resolves to undefined after the signal aborted.
 */
export function measureRun<Result>(
  terminal: Terminal,
  headings: Readonly<Record<'short' | 'long', string>>,
  measure: (watching: Watching) => Promise<Result | undefined>,
): Promise<Result> {
  const progress = createSearchProgress(terminal);
  let stage: 'short' | 'long' | undefined;
  return runUntilStopped(progress, async (signal, stopped): Promise<Result> => {
    const measured = await measure({
      signal,
      onEvent: (event, now) => {
        if (now !== stage) progress.note(headings[now]);
        stage = now;
        progress.handle(event);
      },
    });
    if (measured !== undefined) return measured;
    progress.stop();
    terminal.log('Stopped; what is finished is kept. The same command goes on.');
    throw stopped();
  });
}
