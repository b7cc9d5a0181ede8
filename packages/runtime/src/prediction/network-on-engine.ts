import { openEngine } from '@auto-seg-loss/engine';
import { AslError, Random, type ScoringOptions } from '@auto-seg-loss/kernel';
import type { Architecture } from '@auto-seg-loss/ops';
import { checkPlugin } from '@auto-seg-loss/plugin-host';
import { fromPytorch, ImagePredictor, loadCheckpoint, readCheckpoint } from '@auto-seg-loss/training';
import type { KeptNetwork } from './kept-network.ts';

/** A network that was built, with its weights. */
export interface NetworkOnEngine {
  readonly predictor: ImagePredictor;
  dispose(): void;
}

/**
 * Builds a kept network with its weights, on the engine with one thread: as trainings run, so that they and predictions come to the
 * same digits.
 * @throws AslError as `checkPlugin`, `readCheckpoint` and `loadCheckpoint`.
 */
export async function networkOnEngine(
  { weights, config, context, classes }: KeptNetwork,
  scoring: ScoringOptions,
  engine: 'native' | 'wasm',
): Promise<NetworkOnEngine> {
  await openEngine({ threads: 1, backend: engine });
  const plugin = await checkPlugin({ kind: 'network', use: config.network, where: 'network' }, context);
  const architecture = await plugin.make({ ...context, weightsFollow: true });
  const checkpoint = await readCheckpoint(weights);
  if (checkpoint === undefined) throw weightsGone(weights);
  const network = architecture.build(classes.length, Random.fromSeed(0));
  try {
    loadCheckpoint(fromPytorch(checkpoint), network, weights);
  } catch (error) {
    network.dispose();
    throw error;
  }
  const { size, images } = config.training;
  const normalization = normalizationOf(checkpoint.metadata, architecture);
  return {
    predictor: new ImagePredictor({ network, normalization, classes: classes.length, size, images, scoring }),
    dispose: () => network.dispose(),
  };
}

/** As the network was trained with. */
function normalizationOf(
  { normalization }: Readonly<Record<string, string>>,
  architecture: Architecture,
): Architecture['normalization'] {
  // The file's SHA-256, which covers this, was checked.
  return normalization === undefined
    ? architecture.normalization
    : (JSON.parse(normalization) as NonNullable<Architecture['normalization']>);
}

/** Between the time that they were looked at and now. */
function weightsGone(where: string): AslError {
  return new AslError('ASL_DATA_MISSING', 'the weights of the network are gone', {
    where,
    expected: 'the file that was there a moment ago',
    received: 'none',
    remedy: 'see what else writes into this folder, and call the command again',
  });
}
