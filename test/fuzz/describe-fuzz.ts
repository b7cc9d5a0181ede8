import { ERROR_CODES } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { InputMeter, type Taken } from './input-meter.ts';
import { fuzz } from './inputs.ts';

/** The longest message that a person gets for one wrong input. */
const LONGEST = 20_000;

/** Inputs that are read before any is measured. */
const WARM_UP = 10;

type Kind = Parameters<typeof fuzz>[0];

/**
 * Every damaged input is taken or answered with a code of docs/errors.md; none is a defect, and none is waited for.
 * @param most what one input may take, however it is damaged; undefined where that is not measured.
 */
export function describeFuzz(counts: Readonly<Record<Kind, number>>, seed: number, most?: Taken): void {
  describe('damaged inputs are answered', () => {
    test.each(Object.entries(counts) as [Kind, number][])('%s: %d of them', async (kind, count) => {
      const meter = most === undefined ? undefined : await InputMeter.start(most);
      const answers = new Map<string, number>();
      // What is loaded once is no input's.
      if (meter !== undefined) await fuzz(kind, WARM_UP, seed + 1, () => {});
      try {
        await fuzz(
          kind,
          count,
          seed,
          ({ code, message }, number) => {
            const [answer = code] = message === '' ? [code] : message.split('\n');
            answers.set(answer, (answers.get(answer) ?? 0) + 1);
            const what = `number ${number} of the ${kind} of seed ${seed}:\n${message.slice(0, 2000)}`;
            expect([...Object.keys(ERROR_CODES), 'taken'], what).toContain(code);
            expect(code, what).not.toBe('ASL_INTERNAL');
            expect(message.length, what).toBeLessThan(LONGEST);
            // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
            expect(message, what).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
            meter?.check(number, what);
          },
          meter,
        );
      } finally {
        await meter?.close();
      }
      // Damage that is always seen at the same place finds nothing.
      expect(answers.size, JSON.stringify([...answers], null, 1)).toBeGreaterThan(2);
      expect(answers.get('taken') ?? 0, JSON.stringify([...answers], null, 1)).toBeGreaterThan(0);
      if (meter !== undefined) process.stdout.write(`${kind} of seed ${seed}: ${meter.summary()}\n`);
    });
  });
}
