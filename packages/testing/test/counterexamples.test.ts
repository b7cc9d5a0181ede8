import {
  defineMetric,
  definePlugin,
  type MetricClaims,
  type Plugin,
  type PluginKind,
  Random,
  type Searcher,
  type TrialResult,
} from '@auto-seg-loss/kernel';
import { type Counterexample, lawsOf } from '@auto-seg-loss/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

// What a broken law shows: the place where something first differs, and rounding told from a fault.

type Proposals = ReturnType<Searcher['ask']>;

/** A searcher that samples uniformly, with a fault in what it proposes. @param asked how often it was asked before. */
function searcherWith(fault: (proposals: Proposals, asked: number) => Proposals): Plugin<PluginKind> {
  return definePlugin({
    kind: 'searcher',
    name: 'faulty',
    summary: 'for a test',
    options: z.strictObject({}),
    create: () => ({
      name: 'faulty',
      create: ({ dimensions }, seeded): Searcher => {
        let random = seeded;
        let pending: Proposals | null = null;
        let asked = 0;
        return {
          name: 'faulty',
          rounds: 3,
          samples: 5,
          ask: () => {
            const point = () => ({ theta: Array.from({ length: dimensions }, () => random.uniform()) });
            pending ??= Array.from({ length: 5 }, point);
            asked += 1;
            return fault(pending, asked);
          },
          tell: (_results: readonly TrialResult[]) => {
            pending = null;
          },
          snapshot: () => ({
            counters: { rounds: 1, asked },
            pending: pending as never,
            random: random.state() as never,
          }),
          restore: (state) => {
            const kept = state as unknown as { pending: Proposals | null; random: ReturnType<Random['state']> };
            pending = kept.pending;
            random = Random.fromState(kept.random);
          },
        };
      },
    }),
  }) as unknown as Plugin<PluginKind>;
}

type Score = Parameters<typeof defineMetric<'hits' | 'union' | 'labelled' | 'predicted', unknown>>[0]['score'];

/** A metric that adds up more than it needs. */
function metricWith(claims: Partial<MetricClaims>, score: Score): Plugin<PluginKind> {
  return defineMetric({
    name: 'faulty',
    summary: 'for a test',
    options: z.strictObject({}) as z.ZodType<unknown>,
    claims: () => claims,
    measure: ({ and, or, sum }, { prediction, label, everywhere }) => ({
      hits: sum(and('hits', prediction, label)),
      union: sum(or('union', prediction, label)),
      labelled: sum(label),
      predicted: sum(prediction, everywhere),
    }),
    score,
  }) as unknown as Plugin<PluginKind>;
}

async function statusOf(plugin: Plugin<PluginKind>, law: string): Promise<string | undefined> {
  const found = await lawsOf(plugin);
  const laws = 'laws' in found ? found.laws : [];
  return (await laws.find(({ name }) => name === law)?.check({ seed: 1, runs: 50 }))?.status;
}

async function counterexampleOf(plugin: Plugin<PluginKind>, law: string): Promise<Counterexample> {
  const found = await lawsOf(plugin);
  const laws = 'laws' in found ? found.laws : [];
  const report = await laws.find(({ name }) => name === law)?.check({ seed: 1, runs: 20 });
  if (report?.status !== 'broken') throw new Error(`${law}: ${report?.status}`);
  return report.counterexample;
}

describe('a counterexample', () => {
  const moved = (proposals: Proposals): Proposals =>
    proposals.with(3, { theta: (proposals[3]?.theta ?? []).with(0, 0.125) });

  test('names the first proposal, and the coordinate, that differs', async () => {
    const plugin = searcherWith((proposals, asked) => (asked > 1 ? moved(proposals) : proposals));
    const { message } = await counterexampleOf(plugin, 'asked-again');
    expect(message).toMatch(/^proposals\[3\]\.theta\[0\] is 0\.\d+ first, 0\.125 when asked again$/);
  });

  test('names the round too, where it is a later one', async () => {
    let made = 0;
    const plugin = searcherWith((proposals, asked) => {
      made += 1;
      return asked === 2 && made % 2 === 0 ? moved(proposals) : proposals;
    });
    const { message } = await counterexampleOf(plugin, 'seed');
    expect(message).toMatch(/^round 1: proposals\[3\]\.theta\[0\] is .* in one searcher, .* in the other$/);
  });

  test('names the field of a snapshot that differs', async () => {
    const { message } = await counterexampleOf(
      searcherWith((proposals) => proposals),
      'snapshot',
    );
    expect(message).toMatch(/^at the end: snapshot\.counters\.asked is \d in the original, \d in the restored one$/);
  });

  test('tells rounding from a fault', async () => {
    const beyond = (by: number) =>
      searcherWith((proposals) => proposals.map(({ theta }) => ({ theta: theta.map(() => 1 + by) })));
    expect((await counterexampleOf(beyond(2 ** -52), 'cube')).message).toMatch(
      /^coordinate 0 of proposal 0 is 1\.0000000000000002, which is rounding: clamp it, as /,
    );
    expect((await counterexampleOf(beyond(0.5), 'cube')).message).toBe('coordinate 0 of proposal 0 is 1.5');
  });

  test('of a value in [0, 1], rounding is none', async () => {
    const scaled = (factor: number) =>
      metricWith({}, ({ mean, ratio, scale }, { hits, union }) => mean(scale(factor, ratio(hits, union))));
    expect(await statusOf(scaled(1 + 2 ** -52), 'range')).toBe('holds');
    expect(await statusOf(scaled(1 + 2 ** -52), 'shares')).toBe('holds');
    expect((await counterexampleOf(scaled(1.01), 'range')).message).toBe('the value is 1.01, which is not in [0, 1]');
  });
});

describe('a refuted claim', () => {
  /** Hits among what is predicted at all pixels: what is predicted at ignored ones counts. */
  const precision = (claims: Partial<MetricClaims>) =>
    metricWith(claims, ({ mean, ratio }, { hits, predicted }) => mean(ratio(hits, predicted)));

  test('that the metric makes without saying so: the line that takes it back', async () => {
    expect((await counterexampleOf(precision({}), 'ignored')).remedy).toBe(
      'if it is not meant to hold, add "claims: () => ({ leavesOutIgnored: false }),"',
    );
  });

  test('beside others that it says: what to add to them', async () => {
    expect((await counterexampleOf(precision({ monotone: true }), 'ignored')).remedy).toBe(
      'if it is not meant to hold, add "leavesOutIgnored: false" to what claims returns',
    );
  });

  test('that it says itself: what to take out', async () => {
    const wrong = metricWith({ symmetric: true }, ({ mean, ratio }, { hits, labelled }) => mean(ratio(hits, labelled)));
    expect((await counterexampleOf(wrong, 'symmetric')).remedy).toBe(
      'if it is not meant to hold, take "symmetric: true" out of what claims returns',
    );
  });

  test('of renaming: what may be left of it', async () => {
    const background = metricWith({}, ({ mean, ratio, withoutBackground }, { hits, union }) =>
      mean(withoutBackground(ratio(hits, union))),
    );
    expect((await counterexampleOf(background, 'renaming')).remedy).toBe(
      `if it is not meant to hold, add "claims: () => ({ renaming: 'foreground' }),"`,
    );
  });
});
