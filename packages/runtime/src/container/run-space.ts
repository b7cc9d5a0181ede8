import type { RunConfig } from '@auto-seg-loss/config';
import { readFormula } from '@auto-seg-loss/formula';
import type { Constraint, Metric, Surrogate } from '@auto-seg-loss/kernel';
import { type PluginSet, type RangedLoss, resolvedConfig } from '@auto-seg-loss/plugin-host';
import { curvePart } from './curve-part.ts';
import { knownLoss } from './known-loss.ts';
import { type LossSpace, lossSpace } from './loss-space.ts';
import { curveSpace } from './search-space.ts';

/** What the curves of a run's space are of. */
export interface CurveParts {
  readonly formula: Metric;
  readonly surrogate: Surrogate;
  readonly constraints: readonly Constraint[];
}

/** The space that a config describes. */
export function runSpace(
  config: RunConfig,
  plugins: PluginSet,
  { formula, surrogate, constraints }: CurveParts,
): LossSpace {
  const { mix, searchSpace } = plugins;
  const names = namesApart([...(searchSpace === null ? [] : [searchSpace]), ...mix]);
  const known = (loss: RangedLoss): ReturnType<typeof knownLoss> => knownLoss(names.get(loss) as string, loss);
  if (searchSpace !== null) return lossSpace(known(searchSpace), mix.map(known));
  const { absent, temperature, ...resolved } = resolvedConfig(config, plugins);
  const { slots } = readFormula(formula);
  const uses = {
    metric: resolved.formula ?? plugins.metric.use,
    surrogate: resolved.surrogate,
    constraints: resolved.constraints,
  };
  return lossSpace(curvePart(curveSpace(slots, surrogate, constraints), { absent, temperature, uses }), mix.map(known));
}

/** Losses that are named twice are numbered from the second on. */
function namesApart(losses: readonly RangedLoss[]): ReadonlyMap<RangedLoss, string> {
  const counts = new Map<string, number>();
  return new Map(
    losses.map((loss) => {
      const { name } = loss.plugin.plugin;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [loss, count === 1 ? name : `${name} ${count}`];
    }),
  );
}
