import { formatTable } from '../terminal/table.ts';

/** A metric's value with its per-class values; null where absent. */
export interface Score {
  readonly value: number | null;
  readonly perClass: readonly (number | null)[];
  /** From where to where the value may lie; null where there is no telling. */
  readonly interval?: readonly [low: number, high: number] | null;
  /** Shares, in [0, 1], without it. */
  readonly unit?: 'share' | 'length' | 'count';
  /** Higher, without it. */
  readonly better?: 'higher' | 'lower';
}

type Shown = number | null | undefined;

function show(value: Shown, { unit = 'share' }: Score): string {
  if (value === null || value === undefined) return 'absent';
  return (unit === 'share' ? 100 * value : value).toFixed(2);
}

/** Metrics against classes, shares in percent, with the intervals of the means where there are any. */
export function scoresTable(scores: Readonly<Record<string, Score>>, classes: readonly string[]): string {
  const columns = Object.values(scores);
  const rows = classes.map((name, index) => [name, ...columns.map((score) => show(score.perClass[index], score))]);
  const ends = columns.some(({ interval }) => interval)
    ? (['from', 'to'] as const).map((name, end) => [
        `  ${name}`,
        ...columns.map((score) => (score.interval ? show(score.interval[end], score) : '')),
      ])
    : [];
  const head = ['', ...Object.keys(scores)];
  return formatTable(head, [['all', ...columns.map((score) => show(score.value, score))], ...ends, ...rows]);
}

/** Which of the metrics are not in percent, and of which the lower values are the better ones: a line each. */
export function unitsText(scores: Readonly<Record<string, Score>>): readonly string[] {
  const named = (is: (score: Score) => boolean): string =>
    Object.entries(scores)
      .filter(([, score]) => is(score))
      .map(([name]) => name)
      .join(', ');
  const lines: readonly (readonly [string, string])[] = [
    [named(({ unit }) => unit === 'length'), 'in pixels, or the unit of the spacing'],
    [named(({ unit }) => unit === 'count'), 'numbers, not percent'],
    [named(({ better }) => better === 'lower'), 'lower is better'],
  ];
  return lines.filter(([names]) => names !== '').map(([names, what]) => `${names}: ${what}`);
}
