import { Writable } from 'node:stream';
import { AslError } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { createTerminal } from '../src/terminal/terminal.ts';

/** A stream that takes some writes, then fails. */
function stream(takes: number, code = 'ENOSPC') {
  const written: string[] = [];
  const writable = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (written.length >= takes) return done(Object.assign(new Error(`${code}: failed`), { code }));
      written.push(chunk.toString());
      done();
    },
  });
  return { written, stream: writable as unknown as NodeJS.WriteStream };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a terminal whose streams fail', () => {
  test('without a standard error, the result says what was not shown, once', async () => {
    const [out, err] = [stream(9), stream(1)];
    const terminal = createTerminal({ json: false, debug: false, stdout: out.stream, stderr: err.stream });
    for (const line of ['one', 'two', 'three']) {
      terminal.log(line);
      await settled();
    }
    terminal.result({}, () => 'the result');
    expect(err.written).toEqual(['one\n']);
    expect(out.written.join('')).toBe(
      'the result\nProgress could not be shown on the standard error: no space left on device\n',
    );
    expect(terminal.outcome).toBe(0);
  });

  test.each([true, false])('a result that cannot be written is an error (json: %s)', async (json) => {
    const before = process.exitCode;
    const [out, err] = [stream(0), stream(9)];
    const terminal = createTerminal({ json, debug: false, stdout: out.stream, stderr: err.stream });
    terminal.result({}, () => 'the result');
    await settled();
    expect(err.written.join('')).toContain('ASL_SYSTEM');
    expect(err.written.join('')).toContain('no space left on device');
    expect([terminal.outcome, process.exitCode]).toEqual([3, 3]);
    process.exitCode = before;
  });

  test('a reader that has gone is no error', async () => {
    const [out, err] = [stream(0, 'EPIPE'), stream(0, 'EPIPE')];
    const terminal = createTerminal({ json: false, debug: false, stdout: out.stream, stderr: err.stream });
    terminal.log('x');
    terminal.result({}, () => 'the result');
    await settled();
    terminal.fail(new AslError('ASL_USAGE', 'x'), undefined);
    terminal.result({}, () => 'more');
    await settled();
    expect([out.written, err.written, terminal.outcome]).toEqual([[], [], 0]);
  });
});
