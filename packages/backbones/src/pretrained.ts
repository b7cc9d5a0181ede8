import type { PluginContext } from '@auto-seg-loss/kernel';
import type { ArchitectureWeights, Normalization } from '@auto-seg-loss/ops';
import { type NameReport, openWeights, type StateDict, takeBackbone } from '@auto-seg-loss/weights';
import type { BackboneName, BackboneOptions } from './backbone-options.ts';

/** What an encoder's networks have in common: how their images are normalised, and the weights that they begin with. */
export interface Pretraining {
  /** As `Architecture.normalization`. */
  readonly normalization?: Normalization;
  readonly weights?: ArchitectureWeights & {
    /** The encoder's tensors, by its own names. */
    readonly stateDict: StateDict;
  };
}

/** The original's: (x - 127) / 128. */
const EFFICIENTNET_NORMALIZATION: Normalization = { mean: [127, 127, 127], deviation: [128, 128, 128] };

/**
 * Reads the weights that an encoder begins with, if any.
 * @throws AslError as `openWeights` and `takeBackbone` of the package for weights.
 */
export async function pretraining(
  { backbone, deepStem, weights }: Pick<BackboneOptions, 'backbone' | 'deepStem' | 'weights'>,
  { baseDir, weightsFollow = false }: Pick<PluginContext, 'baseDir' | 'weightsFollow'>,
): Promise<Pretraining> {
  const normalized = normalizationOf(backbone);
  if (weights === null || weightsFollow) return normalized;
  const file = await openWeights(weights, baseDir);
  const { stateDict, report } = takeBackbone(file.stateDict, { backbone, deepStem }, file.path);
  return { ...normalized, weights: { source: weights, sha256: file.sha256, report: sentence(report), stateDict } };
}

function normalizationOf(backbone: BackboneName): Pick<Pretraining, 'normalization'> {
  return backbone === 'efficientnet-lite0' ? { normalization: EFFICIENTNET_NORMALIZATION } : {};
}

/** `240 tensors taken, none missing; 56 left over (49 counters, 7 of the classifier)` */
function sentence({ taken, leftOver }: NameReport): string {
  const counts = new Map<string, number>();
  for (const { kind } of leftOver) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const kinds = [...counts].map(([kind, count]) => `${count} ${LEFT_OVER[kind as keyof typeof LEFT_OVER]}`);
  const rest = kinds.length === 0 ? 'none left over' : `left over: ${kinds.join(', ')}`;
  return `${taken.length} tensors taken, none missing; ${rest}`;
}

const LEFT_OVER: Readonly<Record<NameReport['leftOver'][number]['kind'], string>> = {
  classifier: 'of the classifier',
  head: 'of other heads',
  counter: 'counters of batches',
  within: 'within the encoder',
  unknown: 'of names that are not known',
};
