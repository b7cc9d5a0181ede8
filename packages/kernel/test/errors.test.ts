import {
  AslError,
  ERROR_CODES,
  type ErrorCode,
  formatError,
  isAslError,
  printable,
  printableLines,
} from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

describe('AslError', () => {
  test.each([
    ['ASL_SEARCH_FAILED', 1],
    ['ASL_CONFIG_INVALID', 2],
    ['ASL_ENGINE_MISSING', 3],
    ['ASL_STATE_CORRUPT', 4],
  ] as const)('%s ends a command with %s', (code, exitCode) => {
    const error = new AslError(code, 'what was wrong');
    expect(error).toMatchObject({ name: 'AslError', code, exitCode, message: 'what was wrong', details: {} });
  });

  test('keeps what caused it', () => {
    const cause = new Error('disk full');
    expect(new AslError('ASL_RUN_FOLDER', 'cannot write', { cause }).cause).toBe(cause);
    // An own property would be shown as "cause: undefined".
    expect(Object.hasOwn(new AslError('ASL_RUN_FOLDER', 'cannot write'), 'cause')).toBe(false);
  });

  test('is shown with a line for each part that is known', () => {
    const error = new AslError('ASL_USAGE', 'no such option', {
      where: '--sed',
      expected: 'an option',
      received: '"--sed"',
      remedy: 'did you mean --set?',
    });
    expect(error.format().split('\n')).toEqual([
      'ASL_USAGE: no such option',
      '  where:    --sed',
      '  expected: an option',
      '  received: "--sed"',
      '  remedy:   did you mean --set?',
    ]);
    expect(new AslError('ASL_USAGE', 'no such option').format()).toBe('ASL_USAGE: no such option');
  });

  test('is shown with a line for each of several problems', () => {
    const shown = formatError('ASL_CONFIG_INVALID', 'the config has problems', {
      where: 'asl.config.json',
      problems: [
        { where: 'metric', expected: 'a name', received: '3' },
        { where: 'searcher', expected: 'a name', received: '"pp"', remedy: 'Did you mean "ppo"?' },
      ],
    });
    expect(shown.split('\n')).toEqual([
      'ASL_CONFIG_INVALID: the config has problems',
      '  metric: expected a name, received 3',
      '  searcher: expected a name, received "pp". Did you mean "ppo"?',
      '  where:    asl.config.json',
    ]);
  });
});

describe('whatever characters names have', () => {
  test('each part of an error stands on one line, and says nothing to a terminal', () => {
    const name = 'a\nASL_FAKE: b\r\u001b[2J\u0007\u009b\u202e\u2028';
    const details = { where: name, expected: name, received: name, remedy: name };
    const problem = { where: name, expected: name, received: name, remedy: name };
    const shown = formatError('ASL_USAGE', name, { ...details, problems: [problem] });
    expect(shown.split('\n')).toHaveLength(6);
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
    expect(shown).toContain('a\\nASL_FAKE: b\\r\\u001b[2J');
  });

  test('of many problems some are shown, and of long lines their beginning', () => {
    const problem = { where: 'x'.repeat(10_000), expected: 'a', received: 'b' };
    const shown = formatError('ASL_USAGE', 'm', { problems: Array.from({ length: 1000 }, () => problem) });
    expect(shown.split('\n')).toHaveLength(52);
    expect(shown).toMatch(/\n {2}and 950 more$/);
    expect(Math.max(...shown.split('\n').map(({ length }) => length))).toBe(4000);
  });

  test('what another program said keeps its lines, set apart', () => {
    const shown = formatError('ASL_ENGINE_INSTALL', 'not compiled', { output: 'a.cc:1: no\n\tb \u001b[31mred\n\n' });
    expect(shown).toBe('ASL_ENGINE_INSTALL: not compiled\n  | a.cc:1: no\n  | \tb \\u001b[31mred');
  });

  test.prop([fc.string({ unit: 'binary' })])(
    'printable text has no control characters, and other text stays',
    (text) => {
      expect(printable(text)).not.toMatch(/\p{Cc}/u);
      expect(printable(printable(text))).toBe(printable(text));
      expect(printableLines(text).split('\n')).toHaveLength(text.split('\n').length);
      if (/^[\p{L}\p{N}\p{P} ]*$/u.test(text)) expect(printable(text)).toBe(text);
    },
  );
});

describe('isAslError', () => {
  test('knows its own errors, and those of another copy of the kernel', () => {
    expect(isAslError(new AslError('ASL_USAGE', ''))).toBe(true);
    expect(isAslError(Object.assign(new Error('a plugin’s'), { code: 'ASL_DATA_INVALID', details: {} }))).toBe(true);
  });

  test.each([
    ['an error of the file system', Object.assign(new Error(), { code: 'ENOENT', details: {} })],
    ['an error without a code', Object.assign(new Error(), { details: {} })],
    ['an error without details', Object.assign(new Error(), { code: 'ASL_USAGE' })],
    ['a number as code', Object.assign(new Error(), { code: 1, details: {} })],
    ['what is no error', { code: 'ASL_USAGE', details: {} }],
    ['a text', 'ASL_USAGE'],
    ['nothing', undefined],
  ])('does not take %s for one', (_, error) => {
    expect(isAslError(error)).toBe(false);
  });
});

test('exit codes are those of docs/errors.md', () => {
  const byExit = (exit: number): ErrorCode[] =>
    (Object.keys(ERROR_CODES) as ErrorCode[]).filter((code) => ERROR_CODES[code] === exit);
  expect(byExit(1)).toEqual([
    'ASL_PLUGIN_FAILED',
    'ASL_TRIAL_FAILED',
    'ASL_TRIAL_DIFFERS',
    'ASL_SEARCH_FAILED',
    'ASL_INTERNAL',
  ]);
  expect(byExit(3)).toEqual([
    'ASL_RUN_FOLDER',
    'ASL_RUN_CHANGED',
    'ASL_WORKERS_UNREACHABLE',
    'ASL_WORKER_MISMATCH',
    'ASL_ENGINE_INSTALL',
    'ASL_ENGINE_MISSING',
    'ASL_WEIGHTS_INSTALL',
    'ASL_SYSTEM',
  ]);
  expect(byExit(4)).toEqual(['ASL_STATE_CORRUPT']);
  expect(Object.keys(ERROR_CODES)).toHaveLength(byExit(1).length + byExit(2).length + byExit(3).length + 1);
});
