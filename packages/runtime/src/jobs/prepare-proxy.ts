import { ProxyTask } from '@auto-seg-loss/training';
import type { Run } from '../container/assemble-run.ts';
import { checkPlugin } from '../plugins/check-plugin.ts';
import type { IterationReporter } from './report-iterations.ts';

/** What the network is trained with that all trials start from. */
const WARM_START_LOSS = 'cross-entropy';

/**
 * Makes the proxy task of a run: reads its data, and its warm start from `warmStart` or trains it.
 * @param reporter hears of the warm start's iterations, and may stop it.
 */
export async function prepareProxy(run: Run, warmStart: string, reporter?: IterationReporter): Promise<ProxyTask> {
  const { config, context, random } = run;
  const plugin = await checkPlugin(
    { kind: 'loss', use: { use: WARM_START_LOSS }, where: 'proxy.warmStart' },
    context.baseDir,
  );
  return ProxyTask.prepare({
    dataset: await run.dataset,
    architecture: await run.network,
    options: config.proxy,
    metric: await run.metric,
    reportMetrics: await run.metrics,
    random: random.split('proxy'),
    warmStart: { loss: await plugin.make(context), path: warmStart },
    ...(reporter === undefined
      ? {}
      : { signal: reporter.signal, onIteration: ({ iteration }) => reporter.done(iteration + 1) }),
  });
}
