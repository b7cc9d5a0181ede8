import { Writable } from 'node:stream';
import { AslError } from '@auto-seg-loss/kernel';
import type { VerifyResult } from '@auto-seg-loss/runtime';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { comparisonTable } from '../src/report/comparison-table.ts';
import { scoresTable } from '../src/report/scores-table.ts';
import { createSearchProgress } from '../src/terminal/search-progress.ts';
import { shownCell, shownText } from '../src/terminal/shown.ts';
import { createTerminal } from '../src/terminal/terminal.ts';
import { createTrainingProgress } from '../src/terminal/training-progress.ts';
import { describeSubject } from '../src/verify/describe-subject.ts';
import { githubAnnotations } from '../src/verify/github-annotations.ts';
import { junitReport } from '../src/verify/junit-report.ts';

/** Clears the screen, begins a line of its own, rings, turns text around. */
const NAME = 'evil\u001b[2J\u001b]0;title\u0007\r\nASL_FAKE: all is well\u009b1A\u202etxt.exe\u0000';
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

function screen() {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk.toString());
      done();
    },
  }) as unknown as NodeJS.WriteStream;
  const terminal = createTerminal({ json: false, debug: true, stdout: stream, stderr: stream });
  return { terminal, text: () => written.join('') };
}

function expectHarmless(text: string, lines?: number): void {
  expect(text).not.toMatch(CONTROLS);
  expect(text).not.toMatch(/^ASL_FAKE/m);
  expect(text).toContain('evil\\u001b[2J');
  if (lines !== undefined) expect(text.trimEnd().split('\n')).toHaveLength(lines);
}

describe('names with control characters do nothing to a terminal', () => {
  test('in errors, with their causes', () => {
    const { terminal, text } = screen();
    const cause = new Error(NAME);
    terminal.fail(new AslError('ASL_USAGE', NAME, { where: NAME, received: NAME, cause }), cause);
    expect(text()).not.toMatch(CONTROLS);
    expect(text()).toContain('ASL_USAGE: evil\\u001b[2J');
  });

  test('in lines and results', () => {
    const { terminal, text } = screen();
    terminal.log(NAME);
    expectHarmless(text(), 1);
    terminal.result({}, () => scoresTable({ [NAME]: { value: 1, perClass: [0.5] } }, [NAME]));
    expect(text()).not.toMatch(CONTROLS);
  });

  test('in tables', () => {
    expectHarmless(scoresTable({ [NAME]: { value: 1, perClass: [0.5, 1] } }, [NAME, 'b']), 5);
    const networks = [{ loss: NAME, seed: 1, learningRate: 1, ms: 1, status: 'failed' as const, error: NAME }];
    const loss = { loss: NAME, learningRate: 1, tried: [], networks, metrics: {} };
    expectHarmless(
      comparisonTable({ losses: [loss], metrics: [NAME], seeds: [1], coverage: null } as never, (mark) => mark),
      5,
    );
  });

  test('in progress', () => {
    const { terminal, text } = screen();
    const search = createSearchProgress(terminal);
    search.handle({ type: 'trial-retried', number: 1, reason: NAME } as never);
    search.note(NAME);
    const training = createTrainingProgress(terminal);
    training.note(NAME);
    expectHarmless(text(), 3);
  });

  const subject = {
    kind: 'metric' as const,
    name: NAME,
    target: [NAME],
    file: `/project/${NAME}`,
    options: { class: NAME },
    untried: undefined,
    reports: [
      {
        law: 'perfect',
        statement: 'It holds.',
        status: 'broken',
        runs: 1,
        seed: 1,
        counterexample: { message: NAME, numbers: { [NAME]: 1 }, drawing: 'a\nb', shrinks: 0, path: '' },
      },
    ],
  };
  const result = { seed: 1, runs: 1, subjects: [subject] } as unknown as VerifyResult;

  test('in what verify says', () => {
    const { terminal, text } = screen();
    terminal.part(describeSubject(subject as never, terminal));
    expect(text()).not.toMatch(CONTROLS);
    expect(text()).not.toMatch(/^ASL_FAKE/m);
  });

  test('in annotations and JUnit files, which stay well-formed', () => {
    for (const line of githubAnnotations(result, '/project')) {
      expect(line).not.toMatch(CONTROLS);
      expect(line).not.toContain('\n');
    }
    expect(junitReport(result, '/project')).not.toMatch(CONTROLS);
  });
});

describe('text', () => {
  test.prop([fc.string({ unit: 'binary' })])(
    'of any kind becomes printable, and colours stay where there are some',
    (any) => {
      expect(shownText(any, false)).not.toMatch(CONTROLS);
      expect(shownCell(any).split('\n')).toHaveLength(1);
      const green = `\u001b[32m${any}\u001b[39m`;
      expect(shownText(green, true).startsWith('\u001b[32m')).toBe(true);
      expect(shownText(green, false)).not.toMatch(CONTROLS);
    },
  );
});
