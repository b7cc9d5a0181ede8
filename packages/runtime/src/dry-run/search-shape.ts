import { type Descent, Random, type Searcher } from '@auto-seg-loss/kernel';

/** A trial that a search will have, as far as it is known before. */
export interface ShapedTrial {
  /** How its θ is learned; null where it is not. */
  readonly descent: Descent | null;
  /** Never given up before its end. */
  readonly whole: boolean;
}

/** Longer than any searcher needs to go through its rounds. */
const MOST_MS = 20_000;

/**
 * The rounds of a search, seen by asking its searcher and telling it rewards that are made up: how many trials it proposes, and
 * which of them learn θ, does not depend on rewards for the searchers of this project.
 * @param searcher as made by its factory; of no use afterwards.
 */
export function searchShape(searcher: Searcher): readonly (readonly ShapedTrial[])[] {
  const random = Random.fromSeed(1);
  const rounds: ShapedTrial[][] = [];
  const begun = performance.now();
  while (rounds.length < searcher.rounds) {
    const late = performance.now() - begun > MOST_MS;
    const last = rounds.at(-1);
    // What is left is taken to be as it was.
    if (late && last !== undefined) {
      rounds.push(last);
      continue;
    }
    const proposals = searcher.ask();
    rounds.push(proposals.map(({ descent, whole }) => ({ descent: descent ?? null, whole: whole === true })));
    searcher.tell(
      proposals.map(({ theta, descent }) => ({
        theta,
        status: 'complete',
        reward: random.uniform(),
        ...(descent === undefined ? {} : { descended: theta }),
      })),
    );
  }
  return rounds;
}
