import type { TrainedNetwork } from '../commands/training-jobs.ts';

/** What a network's scores are called: by its loss, and by its decoder where that is another than the most probable class. */
export function decodedName({ loss, decoder }: Pick<TrainedNetwork, 'loss' | 'decoder'>): string {
  return decoder === undefined ? loss : `${loss} + ${decoder}`;
}

/** Each training once, of networks some of which are the same one under several decoders. */
export function trainedOnce(networks: readonly TrainedNetwork[]): readonly TrainedNetwork[] {
  const byTraining = new Map<string, TrainedNetwork>();
  for (const network of networks) {
    const { loss, seed, learningRate } = network;
    const key = JSON.stringify([loss, seed, learningRate, network.status === 'complete' ? network.losses : null]);
    if (!byTraining.has(key)) byTraining.set(key, network);
  }
  return [...byTraining.values()];
}
