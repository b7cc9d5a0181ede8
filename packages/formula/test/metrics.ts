import type { BoundaryOptions, Metric, Plugin } from '@auto-seg-loss/kernel';
import { plugin as bf1 } from '@auto-seg-loss/metric-bf1';
import { plugin as biou } from '@auto-seg-loss/metric-biou';
import { plugin as dice } from '@auto-seg-loss/metric-dice';
import { plugin as fwiou } from '@auto-seg-loss/metric-fwiou';
import { plugin as gacc } from '@auto-seg-loss/metric-gacc';
import { plugin as macc } from '@auto-seg-loss/metric-macc';
import { plugin as miou } from '@auto-seg-loss/metric-miou';

function make<Options>(plugin: Plugin<'metric', Options>, options: unknown): Metric {
  return plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Metric;
}

/** The metrics of the paper and Dice, with these boundary options. */
export function allMetrics({ tolerance, background }: BoundaryOptions): Metric[] {
  const boundary = { tolerance, background };
  return [
    make(miou, {}),
    make(fwiou, {}),
    make(macc, {}),
    make(gacc, {}),
    make(dice, {}),
    make(biou, boundary),
    make(bf1, boundary),
  ];
}
