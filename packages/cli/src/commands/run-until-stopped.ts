import { catchStopSignals, Stopped } from '../stop-signal.ts';

/** What a long command shows. */
interface Display {
  note(line: string): void;
  stop(): void;
}

/**
 * Runs something long that Ctrl-C ends cleanly (a second one at once).
 * @throws Stopped where `work` was rejected because it was asked to end.
 */
export async function runUntilStopped<T>(display: Display, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = catchStopSignals(() => display.note('Stopping. Press Ctrl-C again to end at once.'));
  try {
    return await work(stop.signal);
  } catch (error) {
    const exitCode = stop.exitCode();
    if (exitCode !== undefined && error === stop.signal.reason) throw new Stopped(exitCode);
    throw error;
  } finally {
    display.stop();
    stop.release();
  }
}
