import type { Random } from '@auto-seg-loss/kernel';
import { nextRepeats, type RaceOptions, type RaceState, stayers } from '@auto-seg-loss/study';

/** How candidates are tried again. */
export interface Plan {
  readonly name: string;
  /** null: all equally often. */
  readonly race: RaceOptions | null;
  /** Whether the images held out change from round to round. */
  readonly changing: boolean;
}

/** What came of it. */
export interface Played {
  /** How far the one that is named is behind the best of them, by the means of all rewards. */
  readonly behind: number;
  readonly trials: number;
  /** Whether the best one was made to leave. */
  readonly left: boolean;
}

/**
 * Tries some losses again, on rewards that were measured.
 * @param rewards of each loss in all combinations, those of a fold together.
 */
export function play(
  { race, changing }: Plan,
  rewards: readonly (readonly number[])[],
  { candidates, repeats, folds }: { readonly candidates: number; readonly repeats: number; readonly folds: number },
  random: Random,
): Played {
  const losses = random
    .split('losses')
    .shuffle([...rewards.keys()])
    .slice(0, candidates);
  const rounds = roundsOf(rewards[0]?.length ?? 0, folds, changing, random);
  const rewardAt = (repeat: number, place: number): number =>
    rewards[losses[place] as number]?.[rounds[repeat % rounds.length] as number] as number;
  const worth = losses.map((loss) => meanOf(rewards[loss] ?? []));
  const best = worth.indexOf(Math.max(...worth));
  let running = [...losses.keys()];
  let [done, trials] = [0, 0];
  const state = (): RaceState => ({
    running,
    spent: trials,
    budget: repeats * losses.length,
    candidates: losses.length,
    rewards: Array.from({ length: done }, (_, repeat) => running.map((place) => rewardAt(repeat, place))),
  });
  const next = (): number => (race === null ? (done === 0 ? repeats : 0) : nextRepeats(state()));
  for (let count = next(); count > 0; count = next()) {
    done += count;
    trials += count * running.length;
    if (race !== null) running = [...stayers(race, state())];
  }
  const means = running.map((place) => meanOf(Array.from({ length: done }, (_, repeat) => rewardAt(repeat, place))));
  const named = running[means.indexOf(Math.max(...means))] as number;
  return { behind: (worth[best] as number) - (worth[named] as number), trials, left: !running.includes(best) };
}

/** The combinations that rounds are of: of one fold, or of the folds in turns. */
function roundsOf(combinations: number, folds: number, changing: boolean, random: Random): readonly number[] {
  const each = combinations / folds;
  const order = random.split('folds').shuffle(Array.from({ length: folds }, (_, fold) => fold));
  const drawn = order.map((fold) =>
    random.split(`fold/${fold}`).shuffle(Array.from({ length: each }, (_, place) => fold * each + place)),
  );
  if (!changing) return drawn[0] ?? [];
  return Array.from(
    { length: combinations },
    (_, round) => drawn[round % folds]?.[Math.floor(round / folds)] as number,
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
