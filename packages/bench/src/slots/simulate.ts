import { Random } from '@auto-seg-loss/kernel';

/** A search whose trials wait for those of the round before. */
export interface SimulatedSearch {
  /** Trials of each round. */
  readonly rounds: readonly number[];
  /** Seconds that a trial takes on average. */
  readonly seconds: number;
}

/** Where a search stands. */
export interface Standing extends SimulatedSearch {
  readonly index: number;
  round: number;
  /** Of its round: those that wait for a slot, and those that run. */
  waiting: number;
  running: number;
  /** Trials that are not finished, of all rounds. */
  left: number;
  /** Processes of its own that are idle. */
  idle: number;
  /** When its turn was last, in trials begun. */
  turn: number;
  readonly times: readonly number[];
}

/** Whose turn it is first. */
export type Rule = (a: Standing, b: Standing) => number;

export interface Machine {
  readonly slots: number;
  /** Processes that may live at once. */
  readonly processes: number;
  /** Seconds to start one. */
  readonly start: number;
  /**
   * Where another process would have to be closed: how much further ahead a search must be than one that has its own; null: not at all.
   */
  readonly worthAChange: number | null;
}

/** How much the times of trials differ. */
const SPREAD = 0.2;

/** The lower, the sooner: shares in proportion to the work that is left. */
export function claimOf({ running, left, seconds }: Standing): number {
  return (running + 1) / (left * seconds);
}

/** @returns seconds until all have ended, and how many processes were started. */
export function simulate(
  searches: readonly SimulatedSearch[],
  rule: Rule,
  { slots, processes, start, worthAChange }: Machine,
  seed: number,
): { readonly seconds: number; readonly started: number } {
  const random = Random.fromSeed(seed);
  const all = searches.map((search, index): Standing => {
    const left = search.rounds.reduce((sum, trials) => sum + trials, 0);
    const times = Array.from({ length: left }, () => search.seconds * (1 + SPREAD * (2 * random.uniform() - 1)));
    const fresh = { round: 0, waiting: search.rounds[0] ?? 0, running: 0, idle: 0, turn: 0 };
    return { ...search, index, left, times, ...fresh };
  });
  const running: { readonly search: Standing; readonly end: number }[] = [];
  const idle: Standing[] = [];
  let [now, started, turn] = [0, 0, 0];
  const next = (): Standing | undefined => {
    const [first, ...others] = all
      .filter(({ waiting }) => waiting > 0)
      .toSorted((a, b) => rule(a, b) || a.index - b.index);
    if (first === undefined || worthAChange === null || first.idle > 0 || running.length + idle.length < processes)
      return first;
    return others.find((other) => other.idle > 0 && claimOf(other) <= worthAChange * claimOf(first)) ?? first;
  };
  const begin = (search: Standing): void => {
    const time = search.times[search.times.length - search.left + search.running] ?? 0;
    let wait = 0;
    if (search.idle > 0) {
      search.idle -= 1;
      idle.splice(idle.indexOf(search), 1);
    } else {
      if (running.length + idle.length >= processes) (idle.shift() as Standing).idle -= 1;
      started += 1;
      wait = start;
    }
    search.waiting -= 1;
    search.running += 1;
    search.turn = ++turn;
    running.push({ search, end: now + wait + time });
  };
  for (;;) {
    for (let search = next(); search !== undefined && running.length < slots; search = next()) begin(search);
    const first = running.toSorted((a, b) => a.end - b.end)[0];
    if (first === undefined) return { seconds: now, started };
    const { search } = first;
    running.splice(running.indexOf(first), 1);
    now = first.end;
    search.running -= 1;
    search.left -= 1;
    search.idle += 1;
    idle.push(search);
    if (search.waiting === 0 && search.running === 0) {
      search.round += 1;
      search.waiting = search.rounds[search.round] ?? 0;
    }
  }
}
