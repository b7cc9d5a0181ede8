import type { Winner } from '@auto-seg-loss/runtime';
import { formatMeanDeviation, meanDeviation } from '../terminal/mean-deviation.ts';

/** A winner's reward in percent and where it comes from: `45.10 ± 0.52 % over 3 repeats (trial 17)`. */
export function winnerText({ trial, rewards, confirmed }: Winner): string {
  const summary = meanDeviation(rewards);
  const reward = summary === undefined ? '' : formatMeanDeviation(summary);
  const origin =
    trial === null ? "the searcher's recommendation" : `round ${trial.round + 1}, trial ${trial.number + 1}`;
  return `${reward} %${confirmed ? ` over ${rewards.length} repeats` : ''} (${origin})`;
}
