import { publishedLosses } from '@auto-seg-loss/formula';
import { AslError } from '@auto-seg-loss/kernel';
import { publishedLossFile } from '@auto-seg-loss/loss-file';
import { makePlugin } from '@auto-seg-loss/shipped';
import type { LossFunction } from './loss-function.ts';
import { lossOf } from './open-loss.ts';

/**
 * A loss that the authors of Auto Seg-Loss found on PASCAL VOC: `publishedLoss('miou')`.
 * @param metric miou, fwiou, biou, macc, gacc or bf1.
 * @throws AslError ASL_LOSS_INVALID for a metric that none was published for.
 */
export function publishedLoss(metric: string): LossFunction {
  const published = Object.hasOwn(publishedLosses, metric) ? publishedLosses[metric] : undefined;
  if (published === undefined) {
    throw new AslError('ASL_LOSS_INVALID', `no loss was published for "${metric}"`, {
      where: 'publishedLoss',
      expected: Object.keys(publishedLosses).join(', '),
      received: metric,
    });
  }
  const use = { use: published.metric, ...published.options };
  const name = `published:${metric}`;
  return lossOf(publishedLossFile(published, makePlugin('metric', use, name)), name, []);
}
