import type { Proposal, Searcher, SearcherFactory } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { showOutside } from '../law/outside.ts';
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

/** Proposals of a search that a law can run. */
const LONGEST = 2000;

/** What holds of what every searcher proposes. */
export function proposalLaws(variants: readonly Variant<SearcherFactory>[]): readonly Law[] {
  const inputs = searchInputs(variants);
  return [
    law<SearchInput>({
      name: 'cube',
      statement: 'Every proposal is a point of the unit cube, and a round has as many as the searcher says.',
      inputs,
      show,
      holds: (input) => {
        const searcher = makeSearcher(input);
        const { rounds } = searcher;
        demand(Number.isInteger(rounds) && rounds >= 1, `it has ${rounds} rounds`);
        for (let round = 0; round < roundsOf(searcher); round++) {
          const { samples } = searcher;
          demand(Number.isInteger(samples) && samples >= 1, `it has ${samples} samples a round`);
          const proposals = searcher.ask();
          demand(proposals.length === samples, `round ${round} has ${proposals.length} proposals, of ${samples}`);
          for (const [index, { theta }] of proposals.entries()) demandInCube(theta, input, `proposal ${index}`);
          searcher.tell(answersTo(proposals, round, input.answers));
        }
      },
    }),
    law<SearchInput>({
      name: 'count',
      statement: 'Over the whole search it proposes as many as it says, and says what a descent needs.',
      share: 0.1,
      inputs,
      show,
      holds: (input) => {
        const searcher = makeSearcher(input);
        const { rounds, samples, trials = rounds * samples } = searcher;
        // Of a search without an end, in terms of what a law can run, nothing is shown.
        fc.pre(trials <= LONGEST);
        const all = runRounds(searcher, input.answers, 0, rounds).flat();
        demand(all.length === trials, `it made ${all.length} proposals, of ${trials}`);
        for (const { descent } of all) {
          if (descent === undefined) continue;
          const { every, learningRate } = descent;
          demand(Number.isInteger(every) && every >= 1, `a descent steps every ${every} iterations`);
          demand(learningRate > 0 && Number.isFinite(learningRate), `a descent has the learning rate ${learningRate}`);
        }
      },
    }),
    law<SearchInput>({
      name: 'recommends',
      statement: 'What it recommends, if it does, is a point of the unit cube.',
      inputs,
      show,
      holds: (input) => {
        const searcher = makeSearcher(input);
        if (searcher.recommend === undefined) return;
        demandInCube(searcher.recommend().theta, input, 'the recommendation');
        runRounds(searcher, input.answers, 0, roundsOf(searcher));
        demandInCube(searcher.recommend().theta, input, 'the recommendation after the search');
      },
    }),
    law<SearchInput>({
      name: 'asked-again',
      statement: 'Asked again before it was told, it proposes the same.',
      inputs,
      show,
      holds: (input) => {
        const searcher = makeSearcher(input);
        const [first, second] = [copy(searcher.ask()), copy(searcher.ask())];
        demandSameProposals(first, second, 'proposals', ['first', 'when asked again']);
      },
    }),
    law<SearchInput>({
      name: 'seed',
      statement: 'The same seed and the same rewards give the same proposals.',
      inputs,
      show,
      holds: (input) => {
        const [one, other] = [makeSearcher(input), makeSearcher(input)];
        const rounds = roundsOf(one);
        // In turns, so that state outside of the searchers would show.
        for (let round = 0; round < rounds; round++) {
          const [a] = runRounds(one, input.answers, round, round + 1);
          const [b] = runRounds(other, input.answers, round, round + 1);
          demandSameProposals(a, b, `round ${round}: proposals`, ['in one searcher', 'in the other']);
        }
      },
    }),
    law<SearchInput>({
      name: 'completion-order',
      statement: 'In which order trials report and complete changes nothing.',
      inputs,
      show,
      holds: (input) => {
        const searchers = [makeSearcher(input), makeSearcher(input)] as const;
        for (let round = 0; round < roundsOf(searchers[0]); round++) {
          const asked = searchers.map((searcher) => searcher.ask());
          demandSameProposals(asked[0], asked[1], `round ${round}: proposals`, [
            'where trials report forwards',
            'where they report backwards',
          ]);
          reportAll(searchers[0], asked[0] ?? [], input);
          reportAll(searchers[1], (asked[1] ?? []).toReversed(), input);
          for (const [index, searcher] of searchers.entries()) {
            searcher.tell(answersTo(asked[index] ?? [], round, input.answers));
          }
        }
      },
    }),
  ];
}

function demandInCube(theta: readonly number[], { space }: SearchInput, what: string): void {
  demand(theta.length === space.dimensions, `${what} has ${theta.length} coordinates, of ${space.dimensions}`);
  const outside = theta.findIndex((value) => !(value >= 0 && value <= 1));
  demand(outside < 0, `coordinate ${outside} of ${what} is ${showOutside(theta[outside] as number)}`);
}

function copy(proposals: readonly Proposal[]): readonly Proposal[] {
  return proposals.map((proposal) => ({ ...proposal, theta: [...proposal.theta] }));
}

/** Intermediate rewards of a round's trials, in the order of `proposals`. */
function reportAll(searcher: Searcher, proposals: readonly Proposal[], { answers }: SearchInput): void {
  if (searcher.report === undefined) return;
  const inOrder = searcher.ask();
  for (const { theta } of proposals) {
    const trial = inOrder.findIndex((proposal) => proposal.theta === theta);
    const [{ reward } = { reward: 0 }] = answersTo([{ theta }], trial, answers);
    for (const step of [1, 2, 3]) searcher.report({ trial, step, reward: (reward * step) / 3 });
  }
}
