import type { SearchEvent } from '@auto-seg-loss/runtime';
import type { SingleBar } from 'cli-progress';
import { formatDuration } from './duration.ts';
import { createBars, lineProgress, liveProgress, type SearchProgress, stopBars } from './search-progress.ts';
import { shownCell } from './shown.ts';
import type { Terminal } from './terminal.ts';

/** Shows how several searches go on, which share their workers. */
export interface SeveralProgress {
  handle(name: string, event: SearchEvent): void;
  /** A search has come to its end. @param line what is to be said of it. */
  end(name: string, line: string): void;
  /** A line of all that stays. */
  note(line: string): void;
  /** Ends the display; may be called more than once. */
  stop(): void;
}

/** Rows that a terminal has besides a bar for each search. */
const OTHER_ROWS = 4;
const ALL = '{bar} {value}/{total} searches, {left} left for all';

/** @param names of the searches, in their order. */
export function createSeveralProgress(terminal: Terminal, names: readonly string[]): SeveralProgress {
  return terminal.interactive && names.length + OTHER_ROWS <= (process.stderr.rows ?? 0)
    ? liveBars(terminal, names)
    : lines(terminal, names);
}

/** How long all will take, as soon as it is known. */
function firstEstimate(searches: number): (event: SearchEvent) => readonly string[] {
  let isSaid = false;
  return (event) => {
    if (isSaid || event.type !== 'trial-finished' || event.secondsLeft === null || event.secondsLeft < 1) return [];
    isSaid = true;
    return [
      `About ${formatDuration(event.secondsLeft)} left for all ${searches} searches, at the pace of their first trials`,
    ];
  };
}

function lines(terminal: Terminal, names: readonly string[]): SeveralProgress {
  const each = new Map(names.map((name) => [name, lineProgress(terminal, name)]));
  const estimate = firstEstimate(names.length);
  return {
    handle: (name, event) => {
      each.get(name)?.handle(event);
      for (const line of estimate(event)) terminal.log(line);
    },
    end: (name, line) => each.get(name)?.note(line),
    note: (line) => terminal.log(line),
    stop: () => {},
  };
}

function liveBars(terminal: Terminal, names: readonly string[]): SeveralProgress {
  const bars = createBars();
  // Not before anything happens: until then other lines may be written.
  let all: SingleBar | undefined;
  const each = new Map<string, SearchProgress>(names.map((name) => [name, liveProgress(terminal, { name, bars })]));
  let ended = 0;
  return {
    handle: (name, event) => {
      all ??= bars.create(names.length, 0, { left: '…' }, { format: ALL });
      each.get(name)?.handle(event);
      if (event.type === 'trial-finished' && event.secondsLeft !== null)
        all.update(ended, { left: formatDuration(event.secondsLeft) });
    },
    end: (name, line) => {
      ended += 1;
      all?.update(ended);
      each.get(name)?.note(line);
    },
    note: (line) => (all === undefined ? terminal.log(line) : void bars.log(`${shownCell(line)}\n`)),
    stop: () => stopBars(bars),
  };
}
