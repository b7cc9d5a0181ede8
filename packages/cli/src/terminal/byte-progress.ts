import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** A step of something that may count bytes. */
export interface Step {
  /** What kind of step; a new one begins a new line. */
  readonly phase: string;
  readonly message: string;
  readonly bytes?: number;
  readonly totalBytes?: number;
}

export interface ByteProgress {
  update(step: Step): void;
  /** Ends the display; may be called more than once. */
  stop(): void;
}

const MEGABYTE = 1e6;
/** Lines are written at each of these shares where no bar can be drawn. */
const LINE_EVERY = 0.25;

/** Shows steps on stderr: a bar of bytes on a terminal, elsewhere a line a step and one every quarter of its bytes. */
export function createByteProgress(terminal: Terminal): ByteProgress {
  return terminal.interactive ? bars(terminal) : lines(terminal);
}

function bars(terminal: Terminal): ByteProgress {
  let bar: SingleBar | undefined;
  let last = '';
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    update: ({ phase, message, bytes, totalBytes }) => {
      const step = `${phase}: ${message}`;
      if (step !== last) {
        stop();
        last = step;
        if (totalBytes === undefined) terminal.log(step);
      }
      if (totalBytes === undefined) return;
      if (bar === undefined) {
        const format = `${step} {bar} {percentage}% {done} of {all} MB, {eta_formatted} left`;
        bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, barsize: 24 }, Presets.shades_classic);
        bar.start(totalBytes, 0, { done: 0, all: (totalBytes / MEGABYTE).toFixed(0) });
      }
      bar.update(bytes ?? 0, { done: ((bytes ?? 0) / MEGABYTE).toFixed(0) });
    },
    stop,
  };
}

function lines(terminal: Terminal): ByteProgress {
  let last = '';
  let next = 0;
  return {
    update: ({ phase, message, bytes = 0, totalBytes }) => {
      const step = `${phase}: ${message}`;
      if (step !== last) {
        last = step;
        next = LINE_EVERY;
        terminal.log(totalBytes === undefined ? step : `${step} (${(totalBytes / MEGABYTE).toFixed(0)} MB)`);
      }
      if (totalBytes === undefined || bytes < next * totalBytes) return;
      terminal.log(`${step}: ${Math.floor((100 * bytes) / totalBytes)} %`);
      while (bytes >= next * totalBytes) next += LINE_EVERY;
    },
    stop: () => {},
  };
}
