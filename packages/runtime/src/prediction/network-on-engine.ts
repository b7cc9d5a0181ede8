import { openEngine } from '@auto-seg-loss/engine';
import { Random, type ScoringOptions } from '@auto-seg-loss/kernel';
import { checkPlugin } from '@auto-seg-loss/plugin-host';
import { fromPytorch, ImagePredictor, loadCheckpoint } from '@auto-seg-loss/training';
import type { KeptNetwork } from './kept-network.ts';

/** A network that was built, with its weights. */
export interface NetworkOnEngine {
  readonly predictor: ImagePredictor;
  dispose(): void;
}

/**
 * Builds a kept network with its weights, on the engine with one thread: as trainings run, so that they and predictions come to the
 * same digits.
 * @throws AslError as `checkPlugin` and `loadCheckpoint`.
 */
export async function networkOnEngine(
  { path, weights, network: use, training, context, classes, ...kept }: KeptNetwork,
  scoring: ScoringOptions,
  engine: 'native' | 'wasm',
): Promise<NetworkOnEngine> {
  await openEngine({ threads: 1, backend: engine });
  const plugin = await checkPlugin({ kind: 'network', use, where: 'network' }, context);
  const architecture = await plugin.make({ ...context, weightsFollow: true });
  const network = architecture.build(classes.length, Random.fromSeed(0));
  try {
    loadCheckpoint(fromPytorch(weights), network, path);
  } catch (error) {
    network.dispose();
    throw error;
  }
  const { size, images } = training;
  const { normalization = architecture.normalization } = kept;
  return {
    predictor: new ImagePredictor({ network, normalization, classes: classes.length, size, images, scoring }),
    dispose: () => network.dispose(),
  };
}
