import type { Winner } from '@auto-seg-loss/runtime';
import { formatMeanDeviation, meanDeviation } from '../terminal/mean-deviation.ts';
import { quantity } from '../terminal/quantity.ts';

/**
 * A winner's reward in percent and where it comes from: `45.10 ± 0.52 % over 3 repeats (trial 17)`; with an interval,
 * `45.10 %, 95 % interval 44.21 to 45.99 %, over 3 new trainings (trial 17)`. Of several metrics, what the knee scores by each.
 */
export function winnerText({ trial, rival, rewards, interval, confirmed, scores }: Winner): string {
  if (scores !== null) {
    const place = trial === null ? (rival ?? 'recommended') : `round ${trial.round + 1}, trial ${trial.number + 1}`;
    return `the knee of a front: ${scores.map(({ mean }) => (100 * mean).toFixed(2)).join(' and ')} % (${place})`;
  }
  const summary = meanDeviation(rewards);
  const reward = summary === undefined ? '' : formatMeanDeviation(summary);
  const untried = rival === undefined ? "the searcher's recommendation" : `the hand-made loss ${rival}`;
  const origin = trial === null ? untried : `round ${trial.round + 1}, trial ${trial.number + 1}`;
  if (interval !== null) {
    const [low, high] = interval.map((value) => (100 * value).toFixed(2));
    const mean = ((100 * rewards.reduce((sum, each) => sum + each, 0)) / rewards.length).toFixed(2);
    return `${mean} %, 95 % interval ${low} to ${high} %, over ${quantity(rewards.length, 'new training')} (${origin})`;
  }
  return `${reward} %${confirmed ? ` over ${quantity(rewards.length, 'repeat')}` : ''} (${origin})`;
}
