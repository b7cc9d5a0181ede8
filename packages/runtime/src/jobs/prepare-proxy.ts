import type { Loss } from '@auto-seg-loss/ops';
import { checkPlugin } from '@auto-seg-loss/plugin-host';
import { divisionsOf, type Partition, ProxyTasks } from '@auto-seg-loss/training';
import type { Run } from '../container/assemble-run.ts';
import { REFERENCE_LOSS } from './reference-iterations.ts';
import type { IterationReporter } from './report-iterations.ts';
import type { WorkerInit } from './worker-init.ts';

/** @throws AslError as checking the plugin does. */
export async function referenceLoss({ context }: Run): Promise<Loss> {
  const plugin = await checkPlugin({ kind: 'loss', use: { use: REFERENCE_LOSS }, where: 'proxy.warmStart' }, context);
  return plugin.make(context);
}

/** How the training split is divided into images to train on and images for the reward: once, or for each fold. */
export async function proxyDivisions(run: Run, twins: readonly (readonly number[])[]): Promise<readonly Partition[]> {
  const { config, random } = run;
  return divisionsOf({ dataset: await run.dataset, options: config.proxy, random: random.split('proxy') }, twins);
}

/**
 * Makes the proxy tasks of a run: reads its data; a task reads its warm start from its file, or trains it.
 * @param reporter hears of the warm starts' iterations, and may stop them. @param options in place of the config's.
 */
export async function prepareProxy(
  run: Run,
  { warmStart, twins }: Pick<WorkerInit, 'warmStart' | 'twins'>,
  reporter?: IterationReporter,
  options: Run['config']['proxy'] = run.config.proxy,
): Promise<ProxyTasks> {
  const { random } = run;
  const each = options.warmStart?.iterations ?? 0;
  return ProxyTasks.prepare({
    dataset: await run.dataset,
    architecture: await run.proxyNetwork,
    options,
    metric: await run.metric,
    reportMetrics: await run.metrics,
    random: random.split('proxy'),
    ...(twins === undefined ? {} : { twins }),
    warmStart: { loss: await referenceLoss(run), paths: warmStart },
    ...(reporter === undefined
      ? {}
      : {
          signal: reporter.signal,
          onIteration: ({ iteration }, division) => reporter.done(division * each + iteration + 1),
        }),
  });
}
