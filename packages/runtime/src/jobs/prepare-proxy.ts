import type { Random } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { checkPlugin } from '@auto-seg-loss/plugin-host';
import { ProxyTask } from '@auto-seg-loss/training';
import type { Run } from '../container/assemble-run.ts';
import type { IterationReporter } from './report-iterations.ts';
import type { WorkerInit } from './worker-init.ts';

/** What the network is trained with that all trials start from, and what guards compare candidates with. */
export const REFERENCE_LOSS = 'cross-entropy';

/** @throws AslError as checking the plugin does. */
export async function referenceLoss({ context }: Run): Promise<Loss> {
  const plugin = await checkPlugin({ kind: 'loss', use: { use: REFERENCE_LOSS }, where: 'proxy.warmStart' }, context);
  return plugin.make(context);
}

/** How the training split is divided into images to train on and images for the reward: what `partition` takes besides twins. */
export function proxyPartition({ config, random }: Run): { readonly fraction: number; readonly random: Random } {
  return { fraction: config.proxy.reward.fraction, random: random.split('proxy').split('partition') };
}

/**
 * Makes the proxy task of a run: reads its data, and its warm start from its file or trains it.
 * @param reporter hears of the warm start's iterations, and may stop it. @param options in place of the config's.
 */
export async function prepareProxy(
  run: Run,
  { warmStart, twins }: Pick<WorkerInit, 'warmStart' | 'twins'>,
  reporter?: IterationReporter,
  options: Run['config']['proxy'] = run.config.proxy,
): Promise<ProxyTask> {
  const { random } = run;
  return ProxyTask.prepare({
    dataset: await run.dataset,
    architecture: await run.proxyNetwork,
    options,
    metric: await run.metric,
    reportMetrics: await run.metrics,
    random: random.split('proxy'),
    ...(twins === undefined ? {} : { twins }),
    warmStart: { loss: await referenceLoss(run), path: warmStart },
    ...(reporter === undefined
      ? {}
      : { signal: reporter.signal, onIteration: ({ iteration }) => reporter.done(iteration + 1) }),
  });
}
