/** Pixels that a class is predicted for. */
export interface Predicted {
  /** Of their probabilities. */
  readonly sum: number;
  readonly count: number;
}

/**
 * What a metric of a class is expected to be, approximately: the expectation of a ratio as that of its parts (Wang & Dai,
 * RankSEG-RMA, NeurIPS 2025). `mass` is the sum of the class's probabilities over the image: the pixels it is expected to have.
 */
export interface Objective {
  value(predicted: Predicted, mass: number): number;
  /**
   * The probability of a pixel that may be predicted too and changes nothing, where the objective has a value: above it, the
   * pixel raises the value; below it, it lowers it. Increases with the value.
   */
  neutral(value: number): number;
  /** What one more pixel adds, by its probability. */
  increment(predicted: Predicted, mass: number): (probability: number) => number;
}

/** 2 Σ p / (count + mass + 1), sums over the predicted pixels. */
const dice: Objective = {
  value: ({ sum, count }, mass) => (2 * sum) / (count + mass + 1),
  neutral: (value) => value / 2,
  increment: ({ sum, count }, mass) => {
    const size = count + mass + 1;
    // (2 sum + 2 p) / (size + 1) - 2 sum / size, without a difference of numbers that are nearly equal.
    const [mean, weight] = [sum / size, 2 / (size + 1)];
    return (p) => weight * (p - mean);
  },
};

/** Σ p / (count + mass - Σ p), sums over the predicted pixels. */
const iou: Objective = {
  value: ({ sum, count }, mass) => (sum === 0 ? 0 : sum / (count + mass - sum)),
  neutral: (value) => value / (1 + value),
  increment: ({ sum, count }, mass) => {
    const union = count + mass - sum;
    // (sum + p) / (union + 1 - p) - sum / union, likewise. A class of no probability at all has no union.
    const value = union === 0 ? 0 : sum / union;
    return (p) => (p - value * (1 - p)) / (union + 1 - p);
  },
};

export const OBJECTIVES: Readonly<Record<'dice' | 'iou', Objective>> = { dice, iou };
