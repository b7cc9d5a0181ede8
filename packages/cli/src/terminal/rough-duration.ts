import { formatDuration } from './duration.ts';

/** A time that is only estimated, no finer than it is known: `a few seconds`, `about 45 s`, `about 3 min 20 s`, `about 2 h 30 min`. */
export function roughDuration(seconds: number): string {
  if (seconds < 7.5) return 'a few seconds';
  if (seconds < 57.5) return `about ${formatDuration(rounded(seconds, 5))}`;
  if (seconds < 595) return `about ${formatDuration(rounded(seconds, 10))}`;
  const minutes = seconds / 60;
  if (minutes < 59.5) return `about ${rounded(minutes, 1)} min`;
  return `about ${formatDuration(60 * rounded(minutes, 5))}`;
}

function rounded(value: number, step: number): number {
  return step * Math.round(value / step);
}
