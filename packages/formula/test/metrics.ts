import type { Metric, Plugin } from '@auto-seg-loss/kernel';
import { plugin as bf1 } from '@auto-seg-loss/metric-bf1';
import { plugin as biou } from '@auto-seg-loss/metric-biou';
import { plugin as boundaryIou } from '@auto-seg-loss/metric-boundary-iou';
import { plugin as dice } from '@auto-seg-loss/metric-dice';
import { plugin as fwiou } from '@auto-seg-loss/metric-fwiou';
import { plugin as gacc } from '@auto-seg-loss/metric-gacc';
import { plugin as macc } from '@auto-seg-loss/metric-macc';
import { plugin as miou } from '@auto-seg-loss/metric-miou';
import type { Average } from './reference/metrics.ts';

/** Options of all metrics; each takes those that it has. */
export interface MetricOptions {
  readonly tolerance: number;
  readonly background: boolean;
  readonly average?: Average;
  /** Of Boundary IoU: a share of the diagonal. */
  readonly diagonal?: number;
}

function make<Options>(plugin: Plugin<'metric', Options>, options: unknown): Metric {
  return plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Metric;
}

/** The metrics of the paper, Dice and Boundary IoU. */
export function allMetrics({ tolerance, background, average = 'dataset', diagonal = 0.02 }: MetricOptions): Metric[] {
  const boundary = { tolerance, background, average };
  return [
    make(miou, { background, average }),
    make(fwiou, { background, average }),
    make(macc, { background, average }),
    make(gacc, { background, average }),
    make(dice, { background, average }),
    make(biou, boundary),
    make(bf1, boundary),
    make(boundaryIou, { distance: { diagonal }, background, average }),
  ];
}
