import type { Curve } from '@auto-seg-loss/kernel';
import { type DrawnTerm, lossSurface } from '@auto-seg-loss/runtime';
import { isCandidate, rewardOf } from '@auto-seg-loss/study';
import type { CurvesChart, Section, Table } from '../page/page-data.ts';
import { sampleCurve } from '../picture/curve-samples.ts';
import type { Searched } from './searched.ts';
import type { ShownFront } from './shown-front.ts';
import { originOf, placeOf } from './winner.ts';
import { times } from './words.ts';

/** Of the best so far, besides the first and the last. */
const MOST_STEPS = 12;
const SURFACE_STEPS = 25;
/** Of them, in the table. */
const EACH_IN_TABLE = 3;

/** The curves of the best and how they moved, and the loss that they make. */
export async function curvesSections(searched: Searched): Promise<readonly Section[]> {
  const { winner, view } = searched;
  if (winner === undefined) return [];
  const drawn = await view.drawn(winner.theta);
  return [
    // A hand-made loss alone has no curves.
    ...(view.curvesTerm(winner.theta) === undefined ? [] : [curvesSection(searched, winner)]),
    drawn === undefined ? UNDRAWN : surfaceSection(drawn),
  ];
}

function curvesSection(searched: Searched, winner: NonNullable<Searched['winner']>): Section {
  const { view, front } = searched;
  if (front !== null) return frontCurves(searched, front);
  const best = bestByTime(searched);
  const named = originOf(winner);
  const all = [
    ...best.filter(({ theta }) => theta !== winner.trial?.theta && view.curvesTerm(theta) !== undefined),
    { name: `winner: ${named}`, theta: winner.theta },
  ];
  const steps = stepsOf(searched, spread(all));
  const names = view.slots.map(({ name }) => name);
  return {
    id: 'curves',
    heading: 'Curves of the best',
    text: [
      `The logical operations of ${view.formula.name} become curves g over the probability p. Thin lines are the best so far at earlier times, lighter the earlier; the thick line with its control points is the winner.`,
    ],
    charts: [
      {
        description: `${times(names.length, 'curve')}: ${names.join(', ')}. The best changed ${times(Math.max(0, best.length - 1), 'time')}.`,
        drawn: { kind: 'curves', names, steps },
      },
    ],
    tables: [pointsTable(names, steps)],
  };
}

/** The losses of a front, its knee last. */
function frontCurves(searched: Searched, { losses, knee }: ShownFront): Section {
  const { view } = searched;
  const named = losses.map(({ place, theta }, index) => ({ name: `loss ${index + 1}: ${place}`, theta }));
  const thick = named[knee];
  const steps = stepsOf(searched, [
    ...spread(named.filter((_, index) => index !== knee)),
    ...(thick === undefined ? [] : [{ ...thick, name: `knee, ${thick.name}` }]),
  ]);
  const names = view.slots.map(({ name }) => name);
  return {
    id: 'curves',
    heading: 'Curves of the front',
    text: [
      `The logical operations of ${view.formula.name} become curves g over the probability p. Thin lines are the losses of the front, from the best by ${view.metrics[0]} on darker; the thick line with its control points is the knee.`,
    ],
    charts: [
      {
        description: `${times(names.length, 'curve')}: ${names.join(', ')}, of ${times(losses.length, 'loss', 'losses')}.`,
        drawn: { kind: 'curves', names, steps },
      },
    ],
    tables: [pointsTable(names, steps)],
  };
}

function stepsOf(
  { view }: Searched,
  all: readonly { readonly name: string; readonly theta: readonly number[] }[],
): CurvesChart['steps'] {
  return all.map(({ name, theta }) => {
    const curves = view.decode(theta);
    return { name, curves: curves.map(sampled), points: curves.map(({ points }) => points) };
  });
}

/** Each trial that was the best when it ended. */
function bestByTime({ trials }: Searched): readonly { readonly name: string; readonly theta: readonly number[] }[] {
  let highest = Number.NEGATIVE_INFINITY;
  return trials.filter(isCandidate).flatMap((trial) => {
    if (rewardOf(trial.outcome) <= highest) return [];
    highest = rewardOf(trial.outcome);
    return [{ name: placeOf(trial), theta: trial.theta }];
  });
}

function spread<T>(steps: readonly T[]): readonly T[] {
  const most = MOST_STEPS + 2;
  if (steps.length <= most) return steps;
  return Array.from({ length: most }, (_, index) => steps[Math.round((index * (steps.length - 1)) / (most - 1))] as T);
}

/** Four digits are more than a screen shows. */
function sampled(curve: Curve): readonly (readonly [number, number])[] {
  return sampleCurve(curve).map(([p, value]) => [Number(p.toFixed(4)), Number(value.toFixed(4))]);
}

function pointsTable(
  names: readonly string[],
  steps: readonly { readonly name: string; readonly points: readonly (readonly (readonly [number, number])[])[] }[],
): Table {
  const text = (points: readonly (readonly [number, number])[]): string =>
    points
      .slice(1, -1)
      .map(([p, value]) => `(${p.toFixed(3)}, ${value.toFixed(3)})`)
      .join(' ');
  return {
    caption: 'Control points (p, g), without the ends (0, 0) and (1, 1)',
    folded: true,
    columns: [{ name: 'best' }, ...names.map((name) => ({ name }))],
    rows: steps.map(({ name, points }) => [name, ...points.map(text)]),
  };
}

const SURFACE = { id: 'surface', heading: 'The loss beside cross-entropy' } as const;
const UNDRAWN: Section = {
  ...SURFACE,
  text: [
    'It is not drawn: a part of the loss has no formula that is known here, or one for another number of classes.',
  ],
  charts: [],
  tables: [],
};

function surfaceSection(terms: readonly DrawnTerm[]): Section {
  const { probabilities, loss, crossEntropy } = lossSurface(terms, SURFACE_STEPS);
  const some = probabilities.map((_, at) => at).filter((at) => at % EACH_IN_TABLE === 0);
  return {
    ...SURFACE,
    text: [
      'An image of two classes, each on half of it. All pixels of one class give it the right probability, all other pixels give it the wrong one: below on the right all is well, above on the left the classes are exchanged. Darker is a larger loss; each picture has a scale of its own.',
      ...(exchangedOf(loss) < middleOf(loss)
        ? ['The loss is small too where the classes are exchanged: it looks at outlines, which are the same then.']
        : []),
    ],
    charts: [
      {
        description: `Where the classes are exchanged the winner is ${exchangedOf(loss).toFixed(2)}, in the middle ${middleOf(loss).toFixed(2)}, where all is right ${rightOf(loss).toFixed(2)}; cross-entropy is ${exchangedOf(crossEntropy).toFixed(2)}, ${middleOf(crossEntropy).toFixed(2)} and ${rightOf(crossEntropy).toFixed(2)}.`,
        drawn: {
          kind: 'surface',
          probabilities,
          surfaces: [
            { name: 'the winner', values: loss.map(rounded) },
            { name: 'cross-entropy', values: crossEntropy.map(rounded) },
          ],
        },
      },
    ],
    tables: [
      { name: 'The winner', values: loss },
      { name: 'Cross-entropy', values: crossEntropy },
    ].map(({ name, values }) => ({
      caption: `${name}: a row for each wrong probability, a column for each right one`,
      folded: true,
      columns: [
        { name: 'wrong', digits: 2 },
        ...some.map((at) => ({ name: `right ${(probabilities[at] as number).toFixed(2)}`, digits: 4 })),
      ],
      rows: some.map((wrong) => [
        probabilities[wrong] as number,
        ...some.map((right) => values[wrong]?.[right] ?? null),
      ]),
    })),
  };
}

type Values = readonly (readonly number[])[];

function exchangedOf(values: Values): number {
  return values.at(-1)?.[0] ?? 0;
}

function middleOf(values: Values): number {
  const middle = Math.floor(values.length / 2);
  return values[middle]?.[middle] ?? 0;
}

function rightOf(values: Values): number {
  return values[0]?.at(-1) ?? 0;
}

function rounded(values: readonly number[]): readonly number[] {
  return values.map((value) => Number(value.toFixed(5)));
}
