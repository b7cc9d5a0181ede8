import { describe, expect, test } from 'vitest';
import { configSchema } from '../src/schema.ts';

const read = (losses: unknown) => configSchema.safeParse({ metric: 'miou', workers: 1, losses });

describe('losses of a config', () => {
  test.each([
    ['a plugin', 'dice', [{ loss: 'dice', weight: 1 }]],
    ['a plugin with options', { use: 'focal', gamma: 3 }, [{ loss: { use: 'focal', gamma: 3 }, weight: 1 }]],
    ['a path, which may be code', './mine.ts', [{ loss: { use: './mine.ts' }, weight: 1 }]],
    ['a loss file', './runs/a/loss.json', [{ loss: './runs/a/loss.json', weight: 1 }]],
    ['a sum', '0.75*runs/a/loss.json+dice', [{ loss: '0.75*runs/a/loss.json+dice', weight: 1 }]],
    [
      'a list',
      ['cross-entropy', { use: 'dice' }],
      [
        { loss: 'cross-entropy', weight: 1 },
        { loss: { use: 'dice' }, weight: 1 },
      ],
    ],
    [
      'a list with weights',
      [
        { loss: 'runs/a/loss.json', weight: 0.75 },
        { loss: { use: 'focal', gamma: 3 }, weight: 0.25 },
      ],
      [
        { loss: 'runs/a/loss.json', weight: 0.75 },
        { loss: { use: 'focal', gamma: 3 }, weight: 0.25 },
      ],
    ],
  ])('%s', (_, written, expected) => {
    const { data } = read({ it: written });
    expect(data?.losses.it).toEqual(expected);
    // What is written into run folders is read again.
    expect(read({ it: data?.losses.it }).data?.losses.it).toEqual(expected);
  });

  test.each([0, -1, Number.POSITIVE_INFINITY, '1'])('the weight %s is refused', (weight) => {
    expect(read({ it: [{ loss: 'dice', weight }] }).success).toBe(false);
  });
});
