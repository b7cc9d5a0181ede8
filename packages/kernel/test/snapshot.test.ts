import { type Json, pendingSchema, Random, randomStateSchema, readSnapshot, thetaSchema } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const schema = z.strictObject({ random: randomStateSchema, pending: pendingSchema(2, 3) });
const proposal = { theta: [0, 1] };
const stored = {
  random: Random.fromSeed(1).state() as unknown as Json,
  pending: [proposal, proposal, { theta: [0.5, 0.25] }],
};

/** What reading this state as a searcher's snapshot throws. */
function refusal(state: Json): unknown {
  try {
    readSnapshot('ppo', schema, state);
  } catch (error) {
    return error;
  }
  throw new Error('it was read');
}

describe('readSnapshot', () => {
  test('gives back what was stored', () => {
    expect(readSnapshot('ppo', schema, JSON.parse(JSON.stringify(stored)))).toEqual(stored);
    expect(readSnapshot('ppo', schema, { ...stored, pending: null }).pending).toBeNull();
  });

  test('names the field that does not fit, and says what to do', () => {
    const pending = [proposal, { theta: [0.5, 2] }, proposal];
    expect(refusal({ ...stored, pending })).toMatchObject({
      code: 'ASL_STATE_CORRUPT',
      message: expect.stringContaining('"ppo"'),
      details: {
        where: 'snapshot.pending.1.theta.1',
        expected: expect.stringMatching(/1/),
        remedy: expect.stringContaining('resume'),
      },
    });
    expect(refusal(null)).toMatchObject({ code: 'ASL_STATE_CORRUPT', details: { where: 'snapshot' } });
  });

  test.each<[string, Json]>([
    ['random.words', { ...stored, random: { key: '1', words: [1, 2, 3] } }],
    ['random.words', { ...stored, random: { key: '1', words: [1, 2, 3, 4, 5] } }],
    ['random.words.3', { ...stored, random: { key: '1', words: [1, 2, 3, 4.5] } }],
    ['random.key', { ...stored, random: { key: 1, words: [1, 2, 3, 4] } }],
    ['random', { ...stored, random: { key: '1', words: [1, 2, 3, 4], seed: 1 } }],
    ['pending', { ...stored, pending: [proposal, proposal] }],
    ['pending.2.theta', { ...stored, pending: [proposal, proposal, { theta: [0.5] }] }],
    ['pending.0', { ...stored, pending: [{ ...proposal, reward: 1 }, proposal, proposal] }],
  ])('refuses another %s', (field, state) => {
    expect(refusal(state)).toMatchObject({ details: { where: `snapshot.${field}` } });
  });
});

describe('thetaSchema', () => {
  test('is of points of the unit cube, with its faces', () => {
    expect(thetaSchema(3).parse([0, 0.5, 1])).toEqual([0, 0.5, 1]);
    expect(thetaSchema(0).parse([])).toEqual([]);
  });

  test.each([[[0.5, 0.5]], [[0.5, 0.5, 0.5, 0.5]], [[-1e-9, 0, 0]], [[0, 0, 1 + 1e-9]], [[0, Number.NaN, 0]]])(
    'is not of %s',
    (theta) => {
      expect(thetaSchema(3).safeParse(theta).success).toBe(false);
    },
  );
});
