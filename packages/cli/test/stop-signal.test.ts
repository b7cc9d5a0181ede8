import { afterEach, describe, expect, test, vi } from 'vitest';
import { catchStopSignals, type StopSignal } from '../src/stop-signal.ts';

describe('signals that stop a command', () => {
  const added: NodeJS.SignalsListener[] = [];
  afterEach(() => {
    vi.restoreAllMocks();
    for (const listener of added.splice(0)) process.off('SIGINT', listener);
  });

  function caught(): { readonly stop: StopSignal; readonly listener: NodeJS.SignalsListener } {
    const before = process.listeners('SIGINT');
    const stop = catchStopSignals(
      () => {},
      () => {},
    );
    const [listener] = process.listeners('SIGINT').filter((each) => !before.includes(each));
    if (listener === undefined) throw new Error('SIGINT is not caught');
    added.push(listener);
    return { stop, listener };
  }

  test('a command that ended by itself gives them back', () => {
    const { stop, listener } = caught();
    stop.release();
    expect(process.listeners('SIGINT')).not.toContain(listener);
  });

  test('a second one ends the process with the same exit code, even where the command has stopped already', () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((() => {}) as never);
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
    const { stop, listener } = caught();
    listener('SIGINT');
    expect([stop.signal.aborted, stop.exitCode()]).toEqual([true, 130]);
    // The command has put everything in order, and its process is about to end.
    stop.release();
    expect(process.listeners('SIGINT')).toContain(listener);
    now.mockReturnValue(2000);
    listener('SIGINT');
    expect(exit).toHaveBeenCalledExactlyOnceWith(130);
  });
});
