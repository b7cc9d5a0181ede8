import type { PerClass, Score, ScoreAlgebra } from '@auto-seg-loss/kernel';

/** A number for each class of all images (one row) or of each image; null where absent. */
export type PlainRows = readonly (readonly (number | null)[])[];

interface Values {
  readonly rows: PlainRows;
  readonly skipFirst: boolean;
}

/** A metric's value, null where it is absent, and each class's own. */
export interface PlainScore {
  readonly value: number | null;
  readonly perClass: readonly (number | null)[];
}

const open = (value: PerClass): Values => value as unknown as Values;
const seal = (value: Values): PerClass => value as unknown as PerClass;
const sealScore = (score: PlainScore): Score => score as unknown as Score;

export function sealRows(rows: PlainRows): PerClass {
  return seal({ rows, skipFirst: false });
}

export function openPlainScore(score: Score): PlainScore {
  return score as unknown as PlainScore;
}

/** A mean of what is not absent; null where all is, or nothing has weight. */
function mean(values: readonly (number | null)[], weights?: readonly (number | null)[]): number | null {
  let [sum, total] = [0, 0];
  values.forEach((value, i) => {
    const weight = weights === undefined ? 1 : (weights[i] ?? 0);
    if (value === null) return;
    sum += weight * value;
    total += weight;
  });
  return total > 0 ? sum / total : null;
}

/** What is heard of the values in between. */
export interface ScoreObserver {
  /** A value is absent: on soft sums, absent values are something else. */
  onAbsent(): void;
  /** A ratio that is not absent. */
  onRatio(value: number): void;
}

/** A metric's arithmetic by the words of `ScoreAlgebra`, with null for what is absent. */
export function plainScoreAlgebra({ onAbsent, onRatio }: ScoreObserver): ScoreAlgebra {
  const noted = (value: number | null): number | null => {
    if (value === null) onAbsent();
    return value;
  };
  const combine = (a: PerClass, b: PerClass, f: (x: number | null, y: number | null) => number | null): PerClass => {
    const [left, right] = [open(a), open(b)];
    const row = ({ rows }: Values, image: number) => (rows.length === 1 ? rows[0] : rows[image]) ?? [];
    const images = Math.max(left.rows.length, right.rows.length);
    return seal({
      rows: Array.from({ length: images }, (_, image) =>
        row(left, image).map((x, c) => noted(f(x, row(right, image)[c] ?? null))),
      ),
      skipFirst: left.skipFirst || right.skipFirst,
    });
  };
  const both = (f: (x: number, y: number) => number | null) => (x: number | null, y: number | null) =>
    x === null || y === null ? null : f(x, y);
  const ofClass = ({ rows }: Values, c: number) => rows.map((row) => row[c] ?? null);
  const average = (value: PerClass, weight?: PerClass): Score => {
    const values = open(value);
    const kept = values.rows.map((row) => row.map((x, c) => (values.skipFirst && c === 0 ? null : x)));
    const images = kept.map((row, image) => {
      const weights = weight === undefined ? undefined : open(weight).rows;
      return mean(row, weights?.length === 1 ? weights[0] : weights?.[image]);
    });
    const perClass = (kept[0] ?? []).map((_, c) => mean(kept.map((row) => row[c] ?? null)));
    return sealScore({ value: noted(mean(images)), perClass });
  };
  return {
    ratio: (a, b) =>
      combine(
        a,
        b,
        both((x, y) => {
          if (x === 0 && y === 0) return null;
          onRatio(x / y);
          return x / y;
        }),
      ),
    plus: (a, b) =>
      combine(
        a,
        b,
        both((x, y) => x + y),
      ),
    minus: (a, b) =>
      combine(
        a,
        b,
        both((x, y) => x - y),
      ),
    scale: (factor, a) =>
      combine(
        a,
        a,
        both((x) => factor * x),
      ),
    scaleClasses: (factors, a) => {
      const { rows, skipFirst } = open(a);
      const last = factors.length - 1;
      const by = (x: number | null, c: number) => (x === null ? null : x * (factors[Math.min(c, last)] as number));
      return seal({ rows: rows.map((row) => row.map(by)), skipFirst });
    },
    clamp: (value, low, high) =>
      combine(
        value,
        value,
        both((x) => Math.min(high, Math.max(low, x))),
      ),
    harmonic: (a, b) =>
      combine(a, b, (x, y) => {
        if (x === null && y === null) return null;
        return x === null || y === null || x + y === 0 ? 0 : (2 * x * y) / (x + y);
      }),
    present: (condition, value) => combine(condition, value, (x, y) => (x !== null && x > 0 ? y : null)),
    withoutBackground: (value) => seal({ ...open(value), skipFirst: true }),
    meanOverImages: (value) => {
      const values = open(value);
      const classes = values.rows[0]?.length ?? 0;
      const rows = [Array.from({ length: classes }, (_, c) => noted(mean(ofClass(values, c))))];
      return seal({ rows, skipFirst: values.skipFirst });
    },
    mean: (value) => average(value),
    weightedMean: (value, weight) => average(value, weight),
    combine: (parts) => {
      const scores = parts.map(({ score }) => openPlainScore(score));
      const weights = parts.map(({ weight }) => weight);
      const classes = scores[0]?.perClass.length ?? 0;
      const perClass = Array.from({ length: classes }, (_, c) =>
        mean(
          scores.map((score) => score.perClass[c] ?? null),
          weights,
        ),
      );
      return sealScore({
        value: noted(
          mean(
            scores.map(({ value }) => value),
            weights,
          ),
        ),
        perClass,
      });
    },
  };
}
