import { AslError } from '@auto-seg-loss/kernel';
import type { StateDict } from '../state-dict.ts';
import { type BackboneName, titleOf } from './layout.ts';
import { layoutOf } from './layouts.ts';
import type { Matched, NameReport } from './name-report.ts';
import { likeness, matchLayout, recognizeBackbone } from './recognize.ts';

/** Which backbone weights are to go into. */
export interface WantedBackbone {
  readonly backbone: BackboneName;
  /** Of ResNets: three convolutions of 3×3 in place of one of 7×7. */
  readonly deepStem?: boolean;
}

/**
 * The tensors of a backbone out of a file, whichever of the known names it has, under torchvision's (for EfficientNet-Lite0
 * those of its package, for deep stems timm's), with a report of what was taken and what is left over. All of the backbone's
 * tensors must be there. The last 1×1 convolution of MobileNetV2 and EfficientNet-Lite0 counts as their classifier's.
 * @param where the file's path, for messages.
 * @throws AslError ASL_WEIGHTS_MISMATCH saying what the file looks like instead.
 */
export function takeBackbone(
  stateDict: StateDict,
  { backbone, deepStem = false }: WantedBackbone,
  where: string,
): Matched {
  const layout = layoutOf(backbone, deepStem);
  if (layout === undefined) {
    throw new AslError('ASL_ARGUMENT_INVALID', `${backbone} has no deep stem`, { where, expected: 'one of a ResNet' });
  }
  const matched = matchLayout(stateDict, layout);
  if (isWhole(matched.report)) return matched;
  const nearest = recognizeBackbone(stateDict);
  const isOther = nearest !== undefined && likeness(nearest) > likeness(matched);
  const wanted = titleOf(layout);
  throw new AslError('ASL_WEIGHTS_MISMATCH', `the weights are not those of ${wanted}`, {
    where,
    expected: `the ${layout.tensors.filter(({ classifiers }) => !classifiers).length} tensors of ${wanted}`,
    received: isOther
      ? `what looks like ${titleOf(nearest.report)}: ${differences(matched.report)}`
      : differences(matched.report),
    remedy: isOther
      ? `take weights of ${wanted}, or the backbone that these are of: ${titleOf(nearest.report)}`
      : `take weights of ${wanted} in the names of torchvision, timm or mmseg`,
  });
}

/** Whether a file has all of a backbone and, within its parts, no more. */
function isWhole({ missing, mismatched, leftOver }: NameReport): boolean {
  return missing.length === 0 && mismatched.length === 0 && !leftOver.some(({ kind }) => kind === 'within');
}

/** In a few words. */
function differences({ taken, missing, mismatched, leftOver }: NameReport): string {
  const [other] = mismatched;
  const [absent] = missing;
  const within = leftOver.filter(({ kind }) => kind === 'within').map(({ name }) => name);
  const shapes = other === undefined ? '' : `${JSON.stringify(other.received)}, not ${JSON.stringify(other.expected)}`;
  return [
    `${taken.length} of them`,
    within.length === 0 ? '' : `${within.length} more that it does not have, as ${within[0]}`,
    absent === undefined ? '' : `${missing.length} are missing, as ${absent}`,
    other === undefined ? '' : `${mismatched.length} have another shape, as ${other.name} (${shapes})`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}
