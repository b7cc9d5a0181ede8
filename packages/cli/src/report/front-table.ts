import type { FoundFront, Winner } from '@auto-seg-loss/runtime';
import { quantity } from '../terminal/quantity.ts';
import { formatTable } from '../terminal/table.ts';

const KNEE = '*';

/**
 * The losses of a front, from the best by the first metric to the worst by it: what each scores, in percent, with 95 % intervals.
 * @param mark how the knee is shown besides its star.
 */
export function frontTable({ metrics, points, knee }: FoundFront, mark: (text: string) => string): string {
  const rows = points.map(({ winner }, place) => {
    const name = `front/${place + 1}.json`;
    const { trial, rival = 'recommended', scores, rewards } = winner;
    return [
      place === knee ? mark(`${name} ${KNEE}`) : `${name}  `,
      trial === null ? rival : `trial ${trial.number + 1}`,
      ...(scores ?? []).map(scoreText),
      String(rewards.length),
    ];
  });
  return formatTable(['loss', 'from', ...metrics, 'trainings'], rows);
}

/** `41.20 (40.11 to 42.30)`. */
function scoreText({ mean, interval }: NonNullable<Winner['scores']>[number]): string {
  const percent = (value: number): string => (100 * value).toFixed(2);
  return interval === null ? percent(mean) : `${percent(mean)} (${interval.map(percent).join(' to ')})`;
}

/** What stands below the table. */
export function frontNote({ metrics, hypervolume, confirmed }: FoundFront): string {
  const knee = confirmed?.map((score, axis) => `${metrics[axis]} ${scoreText(score)}`).join(', ');
  return [
    'in percent, means and 95 % intervals of the trainings by which the front was chosen',
    `${KNEE} the knee, furthest from the line between the ends; hypervolume ${(100 * hypervolume).toFixed(2)} %`,
    ...(knee === undefined
      ? []
      : [
          `the knee in ${quantity(confirmed?.[0]?.rewards.length ?? 0, 'new training')} that nothing was chosen by: ${knee}`,
        ]),
  ].join('\n');
}
