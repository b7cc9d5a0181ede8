import { demand, type LawReport, law } from '@auto-seg-loss/testing';
import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';

const small = (limit: number) =>
  law({
    name: 'small',
    statement: 'Numbers are small.',
    inputs: fc.nat(1000),
    show: (input) => `the number ${input}`,
    holds: (input) => demand(input < limit, `${input} is large`, { limit }),
  });

function broken(report: LawReport): LawReport & { readonly status: 'broken' } {
  if (report.status !== 'broken') throw new Error(`it is ${report.status}`);
  return report;
}

describe('law', () => {
  test('holds, and says how often it was tried', async () => {
    const report = await small(1001).check({ runs: 50, seed: 3 });
    expect(report).toEqual({ law: 'small', statement: 'Numbers are small.', status: 'holds', runs: 50, seed: 3 });
    await expect(small(1001).assert()).resolves.toBeUndefined();
  });

  test('broken, it shows the smallest input, the numbers and where it was found', async () => {
    const { counterexample, seed } = broken(await small(100).check({ seed: 5 }));
    expect(counterexample).toMatchObject({
      message: '100 is large',
      numbers: { limit: 100 },
      drawing: 'the number 100',
    });
    const again = broken(await small(100).check({ seed, replay: counterexample.path }));
    expect(again.counterexample.drawing).toBe('the number 100');
    expect(again.runs).toBe(1);
    // Replayed where it was mended, it holds.
    expect((await small(101).check({ seed, replay: counterexample.path })).status).toBe('holds');
  });

  test('assert throws all of that', async () => {
    await expect(small(100).assert({ seed: 5 })).rejects.toThrow(
      /small: Numbers are small\.\nBroken after \d+ inputs: 100 is large\n {2}limit: 100\n {2}the number 100\n {2}seed 5, replay "/,
    );
  });

  test('whatever is thrown breaks it', async () => {
    const throwing = law({
      name: 'throws',
      statement: 'Nothing is thrown.',
      inputs: fc.boolean(),
      show: String,
      holds: async (input) => {
        if (input) throw new TypeError('no such thing');
      },
    });
    const { message, thrown } = broken(await throwing.check({ seed: 1 })).counterexample;
    expect(message).toMatch(/^it throws: TypeError: no such thing \(at .*law\.test\.ts:\d+:\d+\)?\)$/);
    expect(message).toContain(thrown);
  });

  test('a law that no input fits is broken: it would prove nothing', async () => {
    const vacuous = law({
      name: 'vacuous',
      statement: 'Nothing fits.',
      inputs: fc.boolean(),
      show: String,
      holds: () => fc.pre(false),
    });
    const report = broken(await vacuous.check({ runs: 5, seed: 1 }));
    expect(report.counterexample.message).toMatch(/^no input fits it/);
    await expect(vacuous.assert({ runs: 5 })).rejects.toThrow(/no input fits/);
  });

  test('costly laws take a share of the runs, and at least one', async () => {
    const runs = async (share: number, asked: number) => {
      const costly = law({ name: 'costly', statement: '', inputs: fc.boolean(), show: String, share, holds: () => {} });
      const report = await costly.check({ runs: asked, seed: 1 });
      return report.status === 'holds' ? report.runs : undefined;
    };
    expect(await runs(0.25, 100)).toBe(25);
    expect(await runs(0.01, 10)).toBe(1);
  });

  test('one that does not apply says why, and is not tried', async () => {
    const skipped = law({
      name: 'skipped',
      statement: 'Not here.',
      skip: 'not claimed',
      inputs: fc.boolean(),
      show: String,
      holds: () => demand(false, 'it was tried'),
    });
    expect(skipped.skipped).toBe('not claimed');
    expect(await skipped.check()).toEqual({
      law: 'skipped',
      statement: 'Not here.',
      status: 'skipped',
      reason: 'not claimed',
    });
    await expect(skipped.assert()).resolves.toBeUndefined();
  });
});
