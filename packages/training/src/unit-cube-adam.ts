/** DARTS's for its architecture: gradients change while the network does, so that the mean forgets quickly. */
const MEAN_DECAY = 0.5;
const SQUARE_DECAY = 0.999;
const EPSILON = 1e-12;
/** What is nearer to a side of the cube starts from here: at the side itself a logit would be infinite. */
const MARGIN = 1e-3;

/** Adam (Kingma and Ba, ICLR 2015) on the logits of a point of the unit cube, so that it stays inside. */
export class UnitCubeAdam {
  readonly #learningRate: number;
  readonly #logits: number[];
  readonly #means: number[];
  readonly #squares: number[];
  #steps = 0;

  /** @param learningRate in units of a logit. */
  constructor(theta: readonly number[], learningRate: number) {
    this.#learningRate = learningRate;
    this.#logits = theta.map((value) => {
      const inside = Math.min(1 - MARGIN, Math.max(MARGIN, value));
      return Math.log(inside / (1 - inside));
    });
    this.#means = theta.map(() => 0);
    this.#squares = theta.map(() => 0);
  }

  get theta(): readonly number[] {
    return this.#logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  }

  /** @param slope by θ, of what is to be lowered; but for a positive factor that is the same each time. */
  step(slope: readonly number[]): void {
    this.#steps += 1;
    const { theta } = this;
    for (const [axis, value] of theta.entries()) {
      const byLogit = (slope[axis] as number) * value * (1 - value);
      const mean = MEAN_DECAY * (this.#means[axis] as number) + (1 - MEAN_DECAY) * byLogit;
      const square = SQUARE_DECAY * (this.#squares[axis] as number) + (1 - SQUARE_DECAY) * byLogit ** 2;
      this.#means[axis] = mean;
      this.#squares[axis] = square;
      const unbiasedMean = mean / (1 - MEAN_DECAY ** this.#steps);
      const unbiasedSquare = square / (1 - SQUARE_DECAY ** this.#steps);
      this.#logits[axis] =
        (this.#logits[axis] as number) - (this.#learningRate * unbiasedMean) / (Math.sqrt(unbiasedSquare) + EPSILON);
    }
  }
}
