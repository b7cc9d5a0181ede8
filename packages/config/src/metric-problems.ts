import { contentKey, type PluginUse, type Problem, pluginUse } from '@auto-seg-loss/kernel';
import { showValue } from '@auto-seg-loss/schema';

type Tree = Readonly<Record<string, unknown>>;

/** What is wrong with how a config says what it searches for: one metric, or a front of several. */
export function metricProblems({ metric = null, metrics = null }: Tree): readonly Problem[] {
  if (metric === null && metrics === null) return [{ where: 'metric', expected: NEITHER, received: 'nothing' }];
  if (metric !== null && metrics !== null) {
    return [
      {
        where: 'metrics',
        expected: 'metric or metrics, not both',
        received: `metric: ${showValue(metric)} and metrics: ${showValue(metrics)}`,
        remedy: 'leave one of them out; where another file says it, take it back: metric: null, or metrics: null',
      },
    ];
  }
  if (!Array.isArray(metrics)) return [];
  const uses = metrics.map((one: unknown) => pluginUse.safeParse(one).data);
  // What names no metric is a problem of its own.
  if (metrics.length === 0 || uses.includes(undefined) || differentMetrics(uses as PluginUse[]).length > 1) return [];
  const [one] = metrics as readonly unknown[];
  const received = metrics.length === 1 ? showValue(metrics) : `${showValue(metrics)}, which are the same`;
  return [{ where: 'metrics', expected: 'at least two metrics', received, remedy: `metric: ${showValue(one)}` }];
}

const NEITHER = 'a metric to find a loss for (metric: miou, for example), or several (metrics: [miou, bf1])';

/** Each once, where it stands first. */
export function differentMetrics(uses: readonly PluginUse[]): readonly PluginUse[] {
  const keys = uses.map((use) => contentKey(use));
  return uses.filter((_, index) => keys.indexOf(keys[index] as string) === index);
}
