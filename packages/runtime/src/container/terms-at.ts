import type { RunConfig } from '@auto-seg-loss/config';
import type { PluginUse } from '@auto-seg-loss/kernel';
import type { LossFileTerm } from '@auto-seg-loss/loss-file';
import type { CurveSpace } from './search-space.ts';

/**
 * What the loss at a point of a search's space is the sum of.
 * @param named how what reads them names a plugin of the config.
 */
export function termsAt(
  config: RunConfig,
  space: CurveSpace,
  theta: readonly number[],
  named: (use: PluginUse) => PluginUse = (use) => use,
): readonly LossFileTerm[] {
  return [
    {
      weight: 1,
      temperature: 1,
      absent: config.absent,
      metric: named(config.formula ?? config.metric),
      surrogate: named(config.surrogate),
      constraints: config.constraints.map(named),
      curves: space.decode(theta).map(({ points }, index) => ({ name: space.slots[index]?.name ?? '', points })),
    },
  ];
}
