import type { Outcome, TrialRecord } from './trial.ts';

/** A trial as the tables hold it. */
export interface TrialRow {
  readonly number: number;
  readonly round: number;
  readonly position: number;
  readonly key: string;
  readonly theta: string;
  readonly status: 'pending' | 'complete' | 'pruned' | 'failed';
  readonly reward: number | null;
  readonly metrics: string | null;
  readonly error: string | null;
  readonly copy_of: number | null;
  readonly ms: number | null;
}

/** @throws SyntaxError for text that is no JSON. */
export function recordOf(row: TrialRow): TrialRecord {
  return {
    number: row.number,
    round: row.round,
    index: row.position,
    key: row.key,
    theta: JSON.parse(row.theta),
    outcome: outcomeOf(row),
    copyOf: row.copy_of,
    ms: row.ms,
  };
}

function outcomeOf({ status, reward, metrics, error }: TrialRow): Outcome | null {
  // The table's checks guarantee which fields a status comes with.
  if (status === 'pending') return null;
  if (status === 'failed') return { status, error: error as string };
  return { status, reward: reward as number, metrics: JSON.parse(metrics as string) };
}
