import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { demandSame } from '../src/law/demand-same.ts';
import { LawBroken } from '../src/law/law-broken.ts';

function messageOf(one: unknown, other: unknown): string {
  try {
    demandSame(one, other, 'state', ['before', 'after']);
    return '';
  } catch (error) {
    return error instanceof LawBroken ? error.message : String(error);
  }
}

describe('demandSame', () => {
  test('names the first place that differs, and what stands there', () => {
    expect(messageOf({ a: [1, { b: 2, c: [3, 4] }] }, { a: [1, { b: 2, c: [3, 5] }] })).toBe(
      'state.a[1].c[1] is 4 before, 5 after',
    );
    expect(messageOf([1, 2], [1, 2, 3])).toBe('state[2] is not there before, 3 after');
    expect(messageOf({ a: 1 }, { a: 1, b: null })).toBe('state.b is not there before, null after');
    expect(messageOf(Uint8Array.of(1, 2), Uint8Array.of(1, 9))).toBe('state[1] is 2 before, 9 after');
    expect(messageOf({ a: [] }, { a: {} })).toBe('state.a is [] before, {} after');
  });

  test('numbers are compared bit for bit', () => {
    expect(messageOf([Number.NaN], [Number.NaN])).toBe('');
    expect(messageOf([0], [-0])).toBe('state[0] is 0 before, -0 after');
    expect(messageOf(1, 1 + 2 ** -52)).toBe('state is 1 before, 1.0000000000000002 after');
  });

  test('what is undefined is as what is not there; long values are cut', () => {
    expect(messageOf({ a: 1, b: undefined }, { a: 1 })).toBe('');
    expect(messageOf(1, 'x'.repeat(1000))).toMatch(/^state is 1 before, "x{70,90}… after$/);
  });

  test.prop([fc.jsonValue()])('a copy is the same', (value) => {
    expect(messageOf(value, structuredClone(value))).toBe('');
  });

  test.prop([fc.array(fc.double({ noNaN: true }), { minLength: 1 }), fc.nat()])(
    'one changed number is found',
    (values, at) => {
      const index = at % values.length;
      const changed = values.with(index, (values[index] as number) + 1);
      fc.pre(changed[index] !== values[index]);
      expect(messageOf(values, changed)).toMatch(new RegExp(`^state\\[${index}\\] is `));
    },
  );
});
