import { row } from '../report.ts';
import { claimOf, type Rule, type SimulatedSearch, simulate } from './simulate.ts';

const equal = (rounds: number, trials: number, seconds = 10): SimulatedSearch => ({
  rounds: Array.from({ length: rounds }, () => trials),
  seconds,
});
const times = (count: number, search: SimulatedSearch): readonly SimulatedSearch[] =>
  Array.from({ length: count }, () => search);

/** Searches that are begun together, and the slots that they share. */
const CASES: readonly {
  readonly name: string;
  readonly searches: readonly SimulatedSearch[];
  readonly slots: number;
}[] = [
  { name: '2 of 12×3, 2 slots', searches: times(2, equal(12, 3)), slots: 2 },
  { name: '8×3, 24×3, 2 slots', searches: [equal(8, 3), equal(24, 3)], slots: 2 },
  { name: '5 of 24×6, 4 slots', searches: times(5, equal(24, 6)), slots: 4 },
  { name: '10 of 12×3, 2 slots', searches: times(10, equal(12, 3)), slots: 2 },
  {
    name: '4 mixed, 4 slots',
    searches: [equal(24, 6), equal(12, 32), equal(24, 3, 30), equal(10, 4, 5)],
    slots: 4,
  },
];

const RULES: readonly { readonly name: string; readonly rule: Rule; readonly worthAChange: number | null }[] = [
  { name: 'in their order', rule: (a, b) => a.index - b.index, worthAChange: null },
  { name: 'by turns', rule: (a, b) => a.turn - b.turn, worthAChange: null },
  {
    name: 'fewest missing of a round',
    rule: (a, b) => a.waiting + a.running - b.waiting - b.running,
    worthAChange: null,
  },
  { name: 'most work left', rule: (a, b) => b.left * b.seconds - a.left * a.seconds, worthAChange: null },
  { name: 'in proportion to work', rule: (a, b) => claimOf(a) - claimOf(b), worthAChange: null },
  { name: 'the same, keeping workers', rule: (a, b) => claimOf(a) - claimOf(b), worthAChange: 2 },
];

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);
/** Of a process, beside trials of 10. */
const START = 2;
const COLUMNS = [28, ...CASES.map(() => 22)];

/**
 * `npm run bench -- slots`: simulated searches that share slots by several rules. How long all take as a share of the time that they
 * take one after another, and how many processes are started.
 */
export function benchSlots(write: (line: string) => void): void {
  write(row(['rule', ...CASES.map(({ name }) => name)], COLUMNS));
  for (const { name, rule, worthAChange } of RULES) {
    const cells = CASES.map(({ searches, slots }) => {
      const machine = { slots, processes: 2 * slots, start: START, worthAChange };
      const seconds = { together: 0, alone: 0, started: 0 };
      for (const seed of SEEDS) {
        const together = simulate(searches, rule, machine, seed);
        seconds.together += together.seconds;
        seconds.started += together.started;
        for (const search of searches) seconds.alone += simulate([search], rule, machine, seed).seconds;
      }
      return `${(seconds.together / seconds.alone).toFixed(2)} (${Math.round(seconds.started / SEEDS.length)} started)`;
    });
    write(row([name, ...cells], COLUMNS));
  }
}
