/** Adam's state for a vector: steps taken, and the moving averages of the gradient and of its square. */
export interface AdamState {
  readonly step: number;
  readonly mean: readonly number[];
  readonly square: readonly number[];
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/** Adam before its first step. */
export function adamStart(length: number): AdamState {
  return { step: 0, mean: new Array<number>(length).fill(0), square: new Array<number>(length).fill(0) };
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1; ε is added after the bias correction of the square, as in PyTorch).
 *
 * @param values, gradient of equal length; neither is changed.
 * @returns the values after the step downhill, and the state to carry on with.
 */
export function adamStep(
  values: readonly number[],
  gradient: readonly number[],
  state: AdamState,
  learningRate: number,
): { values: readonly number[]; state: AdamState } {
  const step = state.step + 1;
  const mean = state.mean.map((average, i) => BETA_1 * average + (1 - BETA_1) * (gradient[i] as number));
  const square = state.square.map((average, i) => BETA_2 * average + (1 - BETA_2) * (gradient[i] as number) ** 2);
  const rate = learningRate / (1 - BETA_1 ** step);
  const squareCorrection = Math.sqrt(1 - BETA_2 ** step);
  return {
    values: values.map(
      (value, i) =>
        value - (rate * (mean[i] as number)) / (Math.sqrt(square[i] as number) / squareCorrection + EPSILON),
    ),
    state: { step, mean, square },
  };
}
