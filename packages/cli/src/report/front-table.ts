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
    const { trial, scores, rewards } = winner;
    return [
      place === knee ? mark(`${name} ${KNEE}`) : `${name}  `,
      trial === null ? 'recommended' : `trial ${trial.number + 1}`,
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
export function frontNote({ points, knee, hypervolume }: FoundFront): string {
  const { winner } = points[knee] as FoundFront['points'][number];
  const measured = winner.interval !== null && points.length > 1;
  return [
    `${KNEE} the knee, furthest from the line between the ends`,
    ...(measured
      ? [
          `its scores are of ${quantity(winner.rewards.length, 'new training')}, those of the others what they were chosen by`,
        ]
      : []),
    `hypervolume ${(100 * hypervolume).toFixed(2)} %`,
  ].join('; ');
}
