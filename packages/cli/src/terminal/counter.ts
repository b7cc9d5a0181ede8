import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

export interface Counter {
  update(done: number, total: number): void;
  /** Removes the display; may be called more than once. */
  stop(): void;
}

/** Counts on a terminal while something short goes on; nothing elsewhere. */
export function createCounter(terminal: Terminal, unit: string): Counter {
  let bar: SingleBar | undefined;
  return {
    update: (done, total) => {
      if (!terminal.interactive) return;
      if (bar === undefined) {
        const format = `{bar} {value}/{total} ${unit}`;
        bar = new SingleBar(
          { format, stream: process.stderr, hideCursor: true, clearOnComplete: true, barsize: 20 },
          Presets.shades_classic,
        );
        bar.start(total, done);
      }
      bar.update(done);
    },
    stop: () => {
      bar?.stop();
      bar = undefined;
    },
  };
}
