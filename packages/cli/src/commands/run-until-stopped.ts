import { catchStopSignals, Stopped } from '../stop-signal.ts';

/** What a long command shows. */
interface Display {
  note(line: string): void;
  stop(): void;
}

/**
 * Runs something long that Ctrl-C ends cleanly (a second one at once).
 * @param work gets the signal to end early, and what to throw once it has put everything in order.
 * @throws Stopped where `work` throws it, or is rejected because it was asked to end.
 */
export async function runUntilStopped<T>(
  display: Display,
  work: (signal: AbortSignal, stopped: () => Stopped) => Promise<T>,
): Promise<T> {
  const stop = catchStopSignals(
    () => display.note('Stopping. Press Ctrl-C again to end at once.'),
    // Gives the terminal its cursor back.
    () => display.stop(),
  );
  const stopped = () => new Stopped(stop.exitCode() ?? 1);
  try {
    return await work(stop.signal, stopped);
  } catch (error) {
    throw stop.signal.aborted && error === stop.signal.reason ? stopped() : error;
  } finally {
    display.stop();
    stop.release();
  }
}
