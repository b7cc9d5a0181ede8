import type { Network } from '@auto-seg-loss/ops';
import { add, dispose, keep, mul, sub, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * The mean of a network's weights over the last iterations of its training (stochastic weight averaging: Izmailov et al., UAI
 * 2018). The moving averages of batch norm are averaged with them, which is where they are brought up from (`settleStatistics`).
 */
export class WeightAverage {
  readonly #network: Network;
  /** Of the parameters, then the statistics, in their order. */
  #means: readonly Tensor[] = [];
  #count = 0;

  constructor(network: Network) {
    this.#network = network;
  }

  /** How many networks the mean is of. */
  get count(): number {
    return this.#count;
  }

  /** Adds the network as it is now. */
  add(): void {
    this.#count += 1;
    const variables = this.#variables();
    const means = variables.map(({ variable }, index) => {
      const mean = this.#means[index];
      return keep(
        tidy(() => (mean === undefined ? variable.clone() : add(mean, mul(sub(variable, mean), 1 / this.#count)))),
      );
    });
    dispose([...this.#means]);
    this.#means = means;
  }

  /** Sets the network to the mean. @throws Error where nothing was added. */
  apply(): void {
    if (this.#count === 0) throw new Error('a mean of no networks');
    for (const [index, { variable }] of this.#variables().entries()) variable.assign(this.#means[index] as Tensor);
  }

  /** The means, off the device, by the names of the variables. */
  state(): ReadonlyMap<string, Float32Array> {
    return new Map(
      this.#means.map((mean, index) => {
        return [this.#variables()[index]?.name ?? '', new Float32Array(mean.dataSync())];
      }),
    );
  }

  /** Goes on from what `state` gave. @param count of the networks that it is the mean of. */
  restore(state: ReadonlyMap<string, Float32Array>, count: number): void {
    dispose([...this.#means]);
    this.#count = count;
    this.#means =
      count === 0
        ? []
        : this.#variables().map(({ name, variable }) =>
            keep(tensor(state.get(name) as Float32Array, variable.shape, 'float32')),
          );
  }

  dispose(): void {
    dispose([...this.#means]);
    this.#means = [];
  }

  #variables(): Network['statistics'] {
    return [...this.#network.parameters, ...this.#network.statistics];
  }
}
