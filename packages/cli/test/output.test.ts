import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { AslError } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { createTerminal } from '../src/terminal/terminal.ts';
import { makeProject } from './project.ts';
import { ASL } from './run-asl.ts';

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

const SIZE = [32, 32];
/** Its rewards differ: without that it would name no loss. */
const CONFIG = {
  metric: 'miou',
  workers: 1,
  searcher: { use: 'ppo', rounds: 1, samples: 3 },
  dataset: { use: 'scenes', size: SIZE, train: 6, val: 2 },
  network: { use: 'deeplab-lite', width: 4, rates: [1] },
  proxy: {
    size: SIZE,
    batchSize: 2,
    iterations: 4,
    learningRate: 0.2,
    warmStart: { size: SIZE, batchSize: 2, iterations: 12 },
  },
  reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
};

describe('a search outlives its listeners', () => {
  test('whose standard error is closed in the middle', async () => {
    const project = await makeProject({ 'asl.config.json': CONFIG });
    const child = spawn(process.execPath, [ASL, 'search', '--engine', 'wasm', '--out', 'run'], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.once('data', () => child.stderr.destroy());
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Progress could not be shown on the standard error: nobody reads it any more'),
    ]);
    expect(existsSync(join(project, 'run/loss.json'))).toBe(true);
  });

  test.skipIf(!existsSync('/dev/full'))('whose outputs go to a full disk', async () => {
    const project = await makeProject({ 'asl.config.json': CONFIG });
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [ASL, 'search', '--engine', 'wasm', '--out', 'run'], {
      cwd: project,
      stdio: ['ignore', full, full],
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(3);
    expect(JSON.parse(readFileSync(join(project, 'run/loss.json'), 'utf8')).format).toBe('auto-seg-loss/1');
  });
});
