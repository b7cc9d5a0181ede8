import { AslError, type Json } from '@auto-seg-loss/kernel';
import type { FinishedTrial, TrialRecord } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import type { LossFile } from '../loss-file/loss-file.ts';
import type { Environment } from '../run-folder/environment.ts';

/**
 * The loss file of a search's best trial. Holds nothing that differs between equal searches: no time, no place, no number
 * of workers.
 */
export async function foundLoss(run: Run, environment: Environment, best: FinishedTrial): Promise<LossFile> {
  const { config } = run;
  const { outcome } = best;
  if (outcome.status === 'failed') throw new TypeError('the best trial is a complete one');
  const space = await run.space;
  const curves = space.decode(best.theta);
  const { engine, device, libraryVersion, data } = environment;
  return {
    format: 'auto-seg-loss/1',
    metric: config.metric,
    surrogate: config.surrogate,
    constraints: config.constraints,
    absent: config.absent,
    curves: curves.map((curve, index) => ({ name: space.slots[index]?.name ?? '', points: curve.points })),
    theta: best.theta,
    reward: {
      metric: (await run.metric).name,
      value: outcome.reward,
      images: 'training images held out',
      metrics: outcome.metrics,
    },
    found: {
      seed: config.seed,
      round: best.round,
      trial: best.number,
      searcher: config.searcher,
      network: config.network,
      proxy: config.proxy as unknown as Json,
      dataset: { name: (await run.dataset).name, fingerprint: data },
      environment: { engine, device, libraryVersion },
    },
  };
}

/** The error of a search in which no trial was complete. */
export function nothingFound(trials: readonly TrialRecord[]): AslError {
  const reasons = new Map<string, number>();
  for (const { outcome } of trials) {
    if (outcome?.status === 'failed') reasons.set(outcome.error, (reasons.get(outcome.error) ?? 0) + 1);
  }
  return new AslError('ASL_SEARCH_FAILED', `none of ${trials.length} trials could be scored`, {
    expected: 'a trial with a finite loss',
    received: [...reasons].map(([reason, count]) => `${count} × ${reason}`).join('; ') || 'pruned trials only',
    remedy: 'lower proxy.learningRate, or keep the constraints',
  });
}
