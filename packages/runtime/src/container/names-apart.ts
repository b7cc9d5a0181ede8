import { contentKey, type Metric, type PluginUse } from '@auto-seg-loss/kernel';

/** A metric, and how the config asks for it. */
interface UsedMetric {
  readonly use: PluginUse;
  readonly metric: Metric;
}

/**
 * The metrics of a run under names that tell them apart, since results are kept by name: `bf1`, and where it is used again with
 * other options, `bf1 (tolerance 3)`. What is used twice alike has one name.
 */
export function namesApart(used: readonly UsedMetric[]): readonly Metric[] {
  const named: (UsedMetric & { readonly key: string; readonly base: string })[] = [];
  for (const { use, metric } of used) {
    const key = contentKey(use);
    const same = named.find((earlier) => earlier.key === key);
    const first = named.find((earlier) => earlier.base === metric.name);
    const name = same?.metric.name ?? (first === undefined ? metric.name : `${metric.name} (${other(use, first.use)})`);
    named.push({ use, key, base: metric.name, metric: renamed(metric, name) });
  }
  return named.map(({ metric }) => metric);
}

/** What of a use is not as in the first of its name. */
function other(use: PluginUse, first: PluginUse): string {
  const keys = [...new Set([...Object.keys(first), ...Object.keys(use)])];
  return keys
    .filter((key) => JSON.stringify(use[key]) !== JSON.stringify(first[key]))
    .map((key) => `${key} ${typeof use[key] === 'object' ? JSON.stringify(use[key]) : String(use[key])}`)
    .join(', ');
}

function renamed(metric: Metric, name: string): Metric {
  // What a metric inherits stays with it.
  return metric.name === name ? metric : Object.create(metric, { name: { value: name, enumerable: true } });
}
