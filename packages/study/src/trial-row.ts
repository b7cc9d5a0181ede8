import type { Json } from '@auto-seg-loss/kernel';
import type { Outcome, Scores, TrialRecord } from './trial.ts';

/** A trial as the tables hold it. */
export interface TrialRow {
  readonly number: number;
  readonly round: number;
  readonly position: number;
  readonly key: string;
  readonly theta: string;
  readonly descent: string | null;
  readonly whole: number;
  readonly status: 'pending' | 'complete' | 'pruned' | 'failed';
  readonly reward: number | null;
  readonly metrics: string | null;
  readonly images: number | null;
  readonly share: number | null;
  readonly descended: string | null;
  readonly error: string | null;
  readonly copy_of: number | null;
  readonly ms: number | null;
}

/** What a trial was worth at a rung, as the tables hold it. */
export interface RungRow {
  readonly number: number;
  readonly share: number;
  readonly reward: number;
  readonly metrics: string;
  readonly images: number;
}

/** @throws SyntaxError for text that is no JSON. */
export function recordOf(row: TrialRow): TrialRecord {
  return {
    number: row.number,
    round: row.round,
    index: row.position,
    key: row.key,
    theta: JSON.parse(row.theta),
    descent: row.descent === null ? null : JSON.parse(row.descent),
    whole: row.whole === 1,
    outcome: outcomeOf(row),
    copyOf: row.copy_of,
    ms: row.ms,
  };
}

function outcomeOf({ status, reward, metrics, images, share, descended, error }: TrialRow): Outcome | null {
  // The table's checks guarantee which fields a status comes with.
  if (status === 'pending') return null;
  if (status === 'failed') return { status, error: error as string };
  const scores = { reward: reward as number, ...readMetrics(metrics as string), images: images as number };
  if (status === 'pruned') return { status, ...scores, share: share as number };
  return { status, ...scores, ...(descended === null ? {} : { descended: JSON.parse(descended) }) };
}

/** @throws SyntaxError for text that is no JSON. */
export function scoresOf({ reward, metrics, images }: RungRow): Scores {
  return { reward, ...readMetrics(metrics), images };
}

/** The text of the tables' `metrics`: of a search for several metrics, what it scores by each stands beside them. */
export function metricsText({ metrics, scores }: Scores): string {
  return JSON.stringify(scores === undefined ? metrics : { metrics, scores });
}

function readMetrics(text: string): Pick<Scores, 'metrics' | 'scores'> {
  const value: Json = JSON.parse(text);
  return hasScores(value) ? value : { metrics: value };
}

/** A metric of that name would be no list. */
function hasScores(value: Json): value is { readonly metrics: Json; readonly scores: readonly number[] } {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).join() === 'metrics,scores' && 'scores' in value && Array.isArray(value.scores);
}
