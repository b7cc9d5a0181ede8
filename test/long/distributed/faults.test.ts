import { REDIS_SERVER } from '@auto-seg-loss/bench/distributed';
import { KINDS, runLocally, surviveMany } from '@auto-seg-loss/bench/faults';
import { Random } from '@auto-seg-loss/kernel';
import { expect, test } from 'vitest';

/** Far above what it takes on a machine that is busy. */
const LONG_MS = 30 * 60_000;

/** Each kind so often, on each of two pairs of workers: `npm run faults -- --distributed` does more of it. */
const TURNS = 2;

/** Another one with each day's build would find more, and nobody would find it again. */
const SEED = 'faults';

test.skipIf(REDIS_SERVER === undefined)(
  'searches over Redis that are disturbed end with the bytes of one that local processes ran (left out without redis-server)',
  { timeout: LONG_MS },
  async () => {
    const undisturbed = await runLocally();
    const happened: string[] = [];
    const both = await Promise.allSettled(
      ['one', 'other'].map((pair) =>
        surviveMany(undisturbed, TURNS * KINDS.length, Random.fromSeed(`${SEED}/${pair}`), ({ kind }) =>
          happened.push(kind),
        ),
      ),
    );
    // Both have cleaned up.
    for (const each of both) if (each.status === 'rejected') throw each.reason;
    expect(happened).toHaveLength(40);
    for (const kind of KINDS) expect(happened.filter((each) => each === kind)).toHaveLength(2 * TURNS);
  },
);
