import type { Metric, PluginUse, ReportMetric } from '@auto-seg-loss/kernel';
import { checkPlugin, type RunContext } from '@auto-seg-loss/plugin-host';

/** Metrics as plain data, of which each thread makes its own. */
export interface MetricSet {
  /** Plugins with checked options. */
  readonly uses: readonly PluginUse[];
  /** Likewise, of metrics that are only reported. */
  readonly reports: readonly PluginUse[];
  readonly context: RunContext;
}

/** The metrics, in the same order each time. @throws AslError as `checkPlugin`. */
export async function makeMetrics({ uses, context }: MetricSet): Promise<readonly Metric[]> {
  const metrics: Metric[] = [];
  for (const use of uses) {
    const checked = await checkPlugin({ kind: 'metric', use, where: `metric "${use.use}"` }, context);
    metrics.push(await checked.make(context));
  }
  return metrics;
}

/** The metrics that are only reported, in the same order each time. @throws AslError as `checkPlugin`. */
export async function makeReportMetrics({ reports, context }: MetricSet): Promise<readonly ReportMetric[]> {
  const metrics: ReportMetric[] = [];
  for (const use of reports) {
    const checked = await checkPlugin({ kind: 'report-metric', use, where: `metric "${use.use}"` }, context);
    metrics.push(await checked.make(context));
  }
  return metrics;
}
