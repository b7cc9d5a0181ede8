import { type ScoreVector, standings } from '@auto-seg-loss/study';

/** What a searcher may be told of vectors of scores. */
export interface Telling {
  readonly name: string;
  /** Of all trials so far. @param round the last of them. */
  readonly judge: (vectors: readonly ScoreVector[], round: number) => readonly number[];
  /** Whether trials of earlier rounds are told anew. */
  readonly anew: boolean;
}

/** Of the augmented Tchebycheff function, as in ParEGO (Knowles 2006). */
const AUGMENTATION = 0.05;

export const TELLINGS: readonly Telling[] = [
  { name: 'layers, told anew', judge: standings, anew: true },
  { name: 'layers, told once', judge: standings, anew: false },
  { name: 'Tchebycheff, told anew', judge: tchebycheff, anew: true },
  { name: 'Tchebycheff, told once', judge: tchebycheff, anew: false },
  { name: 'mean', judge: (vectors) => vectors.map(mean), anew: false },
];

/** With other weights in each round, evenly spread over all. */
function tchebycheff(vectors: readonly ScoreVector[], round: number): readonly number[] {
  const axes = (vectors[0] ?? []).map((_, axis) => vectors.map((vector) => vector[axis] as number));
  const weights = weightsAt(axes.length, round);
  return vectors.map((vector) => {
    const missing = vector.map((score, axis) => {
      const [low, high] = [Math.min(...(axes[axis] ?? [])), Math.max(...(axes[axis] ?? []))];
      return high > low ? ((weights[axis] ?? 0) * (high - score)) / (high - low) : 0;
    });
    const sum = missing.reduce((total, one) => total + one, 0);
    return 1 - (Math.max(...missing) + AUGMENTATION * sum) / (1 + AUGMENTATION);
  });
}

/** Halton's sequence as cuts of a line: the lengths between them. */
function weightsAt(metrics: number, round: number): readonly number[] {
  const cuts = [2, 3, 5].slice(0, metrics - 1).map((base) => radicalInverse(round + 1, base));
  const ends = [0, ...cuts.toSorted((a, b) => a - b), 1];
  return ends.slice(1).map((end, index) => end - (ends[index] ?? 0));
}

function radicalInverse(index: number, base: number): number {
  let [value, share] = [0, 1];
  for (let left = index; left > 0; left = Math.floor(left / base)) {
    share /= base;
    value += (left % base) * share;
  }
  return value;
}

function mean(vector: ScoreVector): number {
  return vector.reduce((sum, score) => sum + score, 0) / vector.length;
}
