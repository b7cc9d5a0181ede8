import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asAslError } from '../src/as-asl-error.ts';
import { ASL, runAsl } from './run-asl.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-usage-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the command line', () => {
  test('--help goes to stdout and lists the commands', async () => {
    const { code, stdout, stderr } = await runAsl(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const command of [
      'search',
      'train',
      'compare',
      'evaluate',
      'loss',
      'verify',
      'new',
      'plugins',
      'doctor',
      'engine',
      'weights',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
  });

  test.each([[], ['-h'], ['help']])('asl %j shows the same help', async (...args) => {
    const { code, stdout, stderr } = await runAsl(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe((await runAsl(['--help'])).stdout);
  });

  test('a command that is only a beginning shows its help', async () => {
    const { code, stdout, stderr } = await runAsl(['engine']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ {2}install /m);
  });

  test.each([['version'], ['--version'], ['-V']])('asl %s shows the version of the package', async (arg) => {
    const { code, stdout } = await runAsl([arg]);
    expect([code, stdout]).toEqual([0, `${version}\n`]);
  });

  test.each([
    'search',
    'train',
    'compare',
    'evaluate',
    'loss',
    'verify',
    'new',
    'plugins',
    'doctor',
    'engine install',
    'weights show',
  ])('%s takes --json', async (command) => {
    const { code, stdout } = await runAsl([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--json');
  });

  test.each([
    [['serch'], '"serch" is no command', /Did you mean "search"\?/],
    [['engine', 'instal'], '"instal" is no command', /Did you mean "install"\?/],
    [['doctor', '--jsn'], "unknown option '--jsn'", /Did you mean --json\?/],
    [['plugins', 'metrics'], /'metrics' is invalid/, /Did you mean "metric"\?/],
    [
      ['evaluate', '--metrics', 'miou'],
      /required option '--predictions <folder>' not specified/,
      /asl evaluate --help/,
    ],
    [
      ['evaluate', '--classes', 'many'],
      /must be a whole number, from 1 to 255/,
      /^ {2}remedy: +npx --no-install asl evaluate --help$/m,
    ],
    [['search', '--out', ''], /must name a folder; the current one is "\."/, /asl search --help/],
    [['search', '--resume', ''], /must name a folder/, /asl search --help/],
    [['train', '--loss', 'dice', '--out', ''], /must name a folder/, /asl train --help/],
    [['compare', '--losses', 'dice', '--out', ' '], /must name a folder/, /asl compare --help/],
    [['loss', 'dice', '--layout', 'chwn'], /'chwn' is invalid/, /Did you mean "nchw"\?/],
  ] as const)('asl %j ends with exit code 2 and what to do', async (args, message, remedy) => {
    const { code, stdout, stderr } = await runAsl(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^ASL_USAGE: /);
    if (typeof message === 'string') expect(stderr).toContain(message);
    else expect(stderr).toMatch(message);
    expect(stderr).toMatch(remedy);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('with --json an error is one line of JSON on stderr', async () => {
    const { code, stdout, stderr } = await runAsl(['evaluate', '--json', '--metrics', ',']);
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'ASL_USAGE', message: expect.stringContaining('names joined by commas') },
    });
  });

  test('the stack of an error is shown with --debug only', async () => {
    const args = ['loss', 'cross-entropy', '--logits', 'missing.npy', '--labels', 'missing.npy'];
    const [plain, debug] = [await runAsl(args, { cwd: folder }), await runAsl([...args, '--debug'], { cwd: folder })];
    expect([plain.code, debug.code]).toEqual([2, 2]);
    expect(plain.stderr).not.toMatch(/^ +at /m);
    expect(debug.stderr).toMatch(/^ +at /m);
  });
});

describe.skipIf(process.platform !== 'linux')('few files may be open', () => {
  test.each([
    ['text', []],
    ['JSON', ['--json']],
  ])('as %s, it says so', async (form, more) => {
    const child = spawn('bash', ['-c', `ulimit -n 60; exec "$0" "$@"`, process.execPath, ASL, 'plugins', ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(3);
    if (form === 'JSON') expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ASL_SYSTEM' } });
    else expect(stderr).toMatch(/^ASL_SYSTEM: /);
    expect(stderr).toContain('ulimit -n');
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('asAslError', () => {
  test('makes of what nobody foresaw an ASL_INTERNAL that says where to report it', () => {
    const error = asAslError(new TypeError('x is undefined'));
    expect(error.exitCode).toBe(1);
    expect(error.format()).toMatch(/^ASL_INTERNAL: x is undefined\n {2}remedy: .*--debug.*issue tracker/);
  });

  test('keeps the code of an error that another copy of the kernel made', () => {
    const foreign = Object.assign(new Error('no engine'), {
      code: 'ASL_ENGINE_MISSING',
      details: { remedy: 'asl engine install' },
    });
    expect(asAslError(foreign)).toMatchObject({
      code: 'ASL_ENGINE_MISSING',
      exitCode: 3,
      details: { remedy: 'asl engine install' },
    });
  });

  test.each([
    ['EMFILE', 'ulimit -n'],
    ['EFBIG', 'ulimit -f'],
    ['ENOMEM', 'lower workers'],
    ['EROFS', 'can only be read'],
    ['EACCES', 'no permission'],
    ['ENAMETOOLONG', 'too long'],
    ['EIO', 'the disk reports an error'],
  ])('knows %s', (code, words) => {
    const error = asAslError(Object.assign(new Error(`${code}: x, open 'a'`), { code, path: 'a', syscall: 'open' }));
    expect(error).toMatchObject({ code: 'ASL_SYSTEM', exitCode: 3, details: { where: 'a' } });
    expect(error.format()).toContain(words);
  });

  test('knows a full disk', () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', path: 'runs/1/study.sqlite' });
    expect(asAslError(full)).toMatchObject({ code: 'ASL_RUN_FOLDER', details: { where: 'runs/1/study.sqlite' } });
  });
});
