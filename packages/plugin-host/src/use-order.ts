import type { RunConfig } from '@auto-seg-loss/config';
import type { Json } from '@auto-seg-loss/kernel';

/**
 * A plugin as a config names it in the one order in which it is written: `use` first, then the options by name, at every
 * depth. Schemas that let unknown options pass keep the order of whoever wrote them, and stores have an order of their own.
 */
export function inOrder<T extends Json>(value: T): T {
  if (Array.isArray(value)) return value.map((each: Json) => inOrder(each)) as unknown as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, inOrder(each as Json)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))) as T;
}

function rank(name: string): number {
  return name === 'use' ? 0 : 1;
}

/** A config with all its plugins in order. */
export function pluginsInOrder(config: RunConfig): RunConfig {
  const { metric, metrics, formula, surrogate, constraints, searcher, dataset, network, proxy, guards } = config;
  const { decode, losses, report, mix, searchSpace } = config;
  return {
    ...config,
    executor: inOrder(config.executor),
    metric: metric === null ? null : inOrder(metric),
    metrics: metrics === null ? null : metrics.map(inOrder),
    formula: formula === null ? null : inOrder(formula),
    surrogate: inOrder(surrogate),
    constraints: constraints.map(inOrder),
    searcher: inOrder(searcher),
    dataset: inOrder(dataset),
    network: inOrder(network),
    proxy: { ...proxy, network: proxy.network === null ? null : inOrder(proxy.network) },
    guards: guards.map((guard) => ({ ...guard, metric: inOrder(guard.metric) })),
    decode: decode.map(inOrder),
    losses: inOrder(losses),
    mix: mix.map(inOrder),
    searchSpace: searchSpace === null ? null : inOrder(searchSpace),
    report: { ...report, metrics: report.metrics.map(inOrder) },
  };
}
