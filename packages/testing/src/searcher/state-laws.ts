import { isAslError, type Json, type Searcher, type SearcherFactory, type TrialResult } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { demandSame } from '../law/demand-same.ts';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import type { Variant } from '../variants.ts';
import {
  answersTo,
  makeSearcher,
  roundsOf,
  runRounds,
  type SearchInput,
  searchInputs,
  showSearchInput as show,
} from './history.ts';
import { demandSameProposals } from './same-proposals.ts';

interface Interrupted extends SearchInput {
  /** Rounds before. */
  readonly after: number;
  /** Whether the next round was asked for already. */
  readonly asked: boolean;
}

/** The searcher that went on, and the one that was restored. */
const NAMES = ['in the original', 'in the restored one'] as const;
const TOLD = ['told once', 'told anew'] as const;
const DAMAGED: readonly Json[] = [null, {}, [], 'state', { format: 'another/1' }];

/** What holds of every searcher's state. */
export function stateLaws(variants: readonly Variant<SearcherFactory>[]): readonly Law[] {
  const inputs = searchInputs(variants);
  return [
    law<Interrupted>({
      name: 'snapshot',
      statement: 'Restored from its snapshot, at whatever moment, it goes on as if nothing had happened.',
      inputs: fc.tuple(inputs, fc.nat(2), fc.boolean()).map(([input, after, asked]) => ({ ...input, after, asked })),
      show: (input) =>
        `${show(input)}\nstored after ${input.after} rounds${input.asked ? ', with the next one asked for' : ''}`,
      holds: (input) => {
        const original = makeSearcher(input);
        const rounds = roundsOf(original);
        const after = Math.min(input.after, rounds);
        runRounds(original, input.answers, 0, after);
        if (input.asked && after < rounds) original.ask();
        const restored = makeSearcher({ ...input, seed: input.seed + 1 });
        restored.restore(JSON.parse(JSON.stringify(original.snapshot())) as Json);
        for (let round = after; round < rounds; round++) {
          const [a] = runRounds(original, input.answers, round, round + 1);
          const [b] = runRounds(restored, input.answers, round, round + 1);
          demandSameProposals(a, b, `round ${round}: proposals`, NAMES);
        }
        const [mine, theirs] = [original.snapshot(), restored.snapshot()];
        demandSame(copy(mine), copy(theirs), 'at the end: snapshot', NAMES);
        demand(JSON.stringify(mine) === JSON.stringify(theirs), 'the fields of the snapshot stand in another order');
        const [own, other] = [original.recommend?.(), restored.recommend?.()];
        if (own !== undefined) demandSameProposals([own], other && [other], 'recommended', NAMES);
      },
    }),
    law<SearchInput>({
      name: 'told-anew',
      statement: 'Told anew what it was told before, with the same rewards, it is as if it had not been told anew.',
      inputs,
      show,
      holds: (input) => {
        const [once, anew] = [makeSearcher(input), makeSearcher(input)];
        const earlier: TrialResult[] = [];
        for (let round = 0; round < roundsOf(once); round++) {
          const results = answersTo(once.ask(), round, input.answers);
          demandSameProposals(once.ask(), anew.ask(), `round ${round}: proposals`, TOLD);
          once.tell(results);
          anew.tell(results, [...earlier]);
          earlier.push(...results);
          demandSame(copy(once.snapshot()), copy(anew.snapshot()), `after round ${round}: snapshot`, TOLD);
        }
      },
    }),
    law<SearchInput>({
      name: 'survives',
      statement: 'Failed, pruned, equal and extreme rewards leave a state that can be stored and goes on.',
      inputs,
      show,
      holds: (input) => {
        const searcher = makeSearcher(input);
        runRounds(searcher, input.answers, 0, roundsOf(searcher));
        const wrong = notStorable(searcher.snapshot());
        demand(wrong === undefined, `the snapshot holds what JSON cannot: ${wrong}`);
        for (const { theta } of searcher.ask())
          demand(theta.every(Number.isFinite), `it proposes [${theta.join(', ')}]`);
      },
    }),
    law<SearchInput>({
      name: 'refuses',
      statement:
        'Rewards that are not finite or not in [0, 1], and results of other proposals, are refused and change nothing.',
      inputs,
      show,
      holds: (input) => {
        const searcher = makeSearcher(input);
        const good = answersTo(searcher.ask(), 0, input.answers);
        const before = copy(searcher.snapshot());
        for (const [what, wrong] of wrongResults(good)) {
          const code = codeOf(() => searcher.tell(wrong));
          demand(code === 'ASL_ARGUMENT_INVALID', `${what}: ${code}`);
          demandSameState(before, searcher, what);
        }
        searcher.tell(good);
        const twice = codeOf(() => searcher.tell(good));
        demand(twice === 'ASL_ARGUMENT_INVALID', `told twice: ${twice}`);
      },
    }),
    law<SearchInput>({
      name: 'damaged-snapshot',
      statement: 'A snapshot that it did not write is refused, and changes nothing.',
      share: 0.3,
      inputs,
      show,
      holds: (input) => {
        const searcher = makeSearcher(input);
        runRounds(searcher, input.answers, 0, 1);
        const before = copy(searcher.snapshot());
        const fewer = Object.fromEntries(Object.entries(before as Record<string, Json>).slice(1));
        for (const damaged of [...DAMAGED, fewer]) {
          const code = codeOf(() => searcher.restore(damaged));
          demand(code === 'ASL_STATE_CORRUPT', `${JSON.stringify(damaged)}: ${code}`);
          demandSameState(before, searcher, 'a refused snapshot');
        }
      },
    }),
  ];
}

/** As the store keeps it: what the searcher changes later does not change it. */
function copy(state: Json): Json {
  return JSON.parse(JSON.stringify(state)) as Json;
}

function demandSameState(before: Json, searcher: Searcher, what: string): void {
  demandSame(before, copy(searcher.snapshot()), `${what} changed its state: snapshot`, ['before', 'after']);
}

function wrongResults(
  good: readonly TrialResult[],
): readonly (readonly [what: string, results: readonly TrialResult[]])[] {
  const last = good.length - 1;
  const first = good[0] as TrialResult;
  const rewarded = (reward: number): readonly TrialResult[] =>
    good.with(last, { ...(good[last] as TrialResult), reward });
  const moved = first.theta.map((value) => (value > 0.5 ? value - 0.25 : value + 0.25));
  return [
    ['a reward of NaN', rewarded(Number.NaN)],
    ['an infinite reward', rewarded(Number.POSITIVE_INFINITY)],
    ['a reward below 0', rewarded(-0.5)],
    ['a reward above 1', rewarded(1.5)],
    ['a result too few', good.slice(1)],
    ['a result too many', [...good, first]],
    ['a result of another point', good.with(0, { ...first, theta: moved })],
  ];
}

/** The code of the error that an action ends with, or what else came of it. */
function codeOf(action: () => void): string {
  try {
    action();
    return 'it was accepted';
  } catch (error) {
    return isAslError(error) && error.code !== 'ASL_PLUGIN_FAILED' ? error.code : String(error);
  }
}

/** Where a value has something that JSON would not give back: NaN, an infinity, undefined. */
function notStorable(value: unknown, path = 'snapshot'): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value !== 'object') return `${path} is ${String(value)}`;
  for (const [key, each] of Object.entries(value)) {
    const wrong = notStorable(each, `${path}.${key}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
