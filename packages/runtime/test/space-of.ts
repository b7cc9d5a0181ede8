import { configSchema, type RunConfig } from '@auto-seg-loss/config';
import type { Metric } from '@auto-seg-loss/kernel';
import { loadPluginSet, pluginContext } from '@auto-seg-loss/plugin-host';
import type { LossSpace } from '../src/container/loss-space.ts';
import { runSpace } from '../src/container/run-space.ts';

export const context = pluginContext(import.meta.dirname);

/** The space of a config, and what its curves relax. */
export async function spaceOf(written: object): Promise<{ space: LossSpace; formula: Metric; config: RunConfig }> {
  const config = configSchema.parse({ workers: 1, metric: 'miou', ...written });
  const plugins = await loadPluginSet(config, context);
  const parts = {
    formula: await (plugins.formula ?? plugins.metric).make(context),
    surrogate: await plugins.surrogate.make(context),
    constraints: await Promise.all(plugins.constraints.map((plugin) => plugin.make(context))),
  };
  return { space: runSpace(config, plugins, parts), formula: parts.formula, config };
}
