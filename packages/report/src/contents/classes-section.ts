import { candidateName } from '@auto-seg-loss/runtime';
import type { FinishedTrial } from '@auto-seg-loss/study';
import type { ClassesChart, Section, Table } from '../page/page-data.ts';
import { classScores, meanByClass } from './class-scores.ts';
import type { Searched } from './searched.ts';

/** Of candidates: more lines cannot be told apart. */
const MOST_SERIES = 4;

/** Metrics by class of the candidates that were tried again, or of the best trial. */
export function searchedClassesSection({ view, finalists, winner }: Searched): readonly Section[] {
  if (winner === undefined) return [];
  const { candidates, confirmed } = finalists;
  const rows: readonly (readonly [name: string, trials: readonly FinishedTrial[]])[] =
    candidates.length === 0
      ? [['the best trial', winner.measured]]
      : [
          ...(confirmed.length === 0 ? [] : [['the winner, new trainings', confirmed] as const]),
          ...candidates.map((candidate) => [candidateName(candidate), candidate.repeats] as const),
        ];
  const scores = rows.slice(0, MOST_SERIES).map(([name, trials]) => ({
    name,
    scores: trials.flatMap(({ outcome }) => (outcome.status === 'failed' ? [] : [classScores(outcome.metrics)])),
  }));
  return classesSection(
    scores,
    view.classes,
    'Means over the trainings of each, on training images that are held out.',
  );
}

/** A section of metrics by class. @param rows what is compared, with the scores of each of its networks. */
export function classesSection(
  rows: readonly { readonly name: string; readonly scores: readonly ReturnType<typeof classScores>[] }[],
  classes: readonly string[] | undefined,
  text: string,
): readonly Section[] {
  const metrics = [...new Set(rows.flatMap(({ scores }) => scores.flatMap((each) => Object.keys(each))))];
  const count = Math.max(
    0,
    ...rows.flatMap(({ scores }) =>
      scores.flatMap((each) => Object.values(each).map(({ perClass }) => perClass.length)),
    ),
  );
  if (metrics.length === 0 || count === 0) return [];
  const names = Array.from({ length: count }, (_, c) => classes?.[c] ?? `class ${c}`);
  const drawn: ClassesChart = {
    kind: 'classes',
    classes: names,
    metrics: metrics.map((name) => ({
      name,
      series: rows.map((row) => ({
        name: row.name,
        values: meanByClass(
          row.scores.flatMap((each) => each[name] ?? []),
          count,
        ),
      })),
    })),
  };
  return [
    {
      id: 'classes',
      heading: 'Metrics by class',
      text: [`${text} A gap is a class that nothing is known of.`],
      charts: [{ description: `${metrics.join(', ')} of ${names.join(', ')}.`, drawn }],
      tables: drawn.metrics.map(
        ({ name, series }): Table => ({
          caption: `${name} by class, %`,
          folded: true,
          columns: [{ name: 'class' }, ...series.map((each) => ({ name: each.name, digits: 2 }))],
          rows: names.map((each, c) => [each, ...series.map(({ values }) => values[c] ?? null)]),
        }),
      ),
    },
  ];
}
