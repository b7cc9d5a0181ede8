import { relaxedLoss } from '@auto-seg-loss/formula/relaxed';
import type { Json } from '@auto-seg-loss/kernel';
import type { Outcome, TrialRunner } from '@auto-seg-loss/study';
import type { TrialOutcome } from '@auto-seg-loss/training';
import type { Run } from '../container/assemble-run.ts';
import { prepareProxy } from './prepare-proxy.ts';

/** Trains and scores the candidates of a search: θ → curves → loss → proxy task → reward. */
export async function createTrialRunner(run: Run, warmStart: string): Promise<TrialRunner> {
  const metric = await run.metric;
  const space = await run.space;
  const proxy = await prepareProxy(run, warmStart);
  return {
    run: async ({ theta, round }) => {
      const loss = relaxedLoss(metric, space.decode(theta), { absent: run.config.absent });
      return outcomeOf(await proxy.run({ loss, round }));
    },
    dispose: () => proxy.dispose(),
  };
}

/** Why a candidate cannot be used, in a sentence. */
const REASONS: Readonly<Record<Extract<TrialOutcome, { status: 'failed' }>['reason'], string>> = {
  'check-loss-not-finite': 'the loss is not finite on sample logits',
  'check-gradient-not-finite': "the loss's gradient is not finite on sample logits",
  'loss-not-finite': 'the loss became not finite',
  'gradient-not-finite': 'the gradient became not finite',
  'statistics-not-finite': 'activations became not finite',
  'logits-not-finite': "the trained network's logits are not finite",
};

function outcomeOf(outcome: TrialOutcome): Outcome {
  if (outcome.status === 'complete') {
    return { status: 'complete', reward: outcome.reward, metrics: outcome.metrics as unknown as Json };
  }
  return { status: 'failed', error: `${REASONS[outcome.reason]} (after ${outcome.iterations} iterations)` };
}
