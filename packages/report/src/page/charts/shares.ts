import type { SharesChart } from '../page-data.ts';
import { nameAxis, valueAxis } from '../theme.ts';
import type { Drawing } from './drawing.ts';
import { intervalSeries } from './intervals.ts';

const ROW = 24;

/** Bars with intervals, the longest above. */
export function sharesDrawing({ of, shares }: SharesChart): Drawing {
  return {
    height: () => ROW * shares.length + 70,
    option: (theme) => ({
      grid: { left: 130, right: 24, top: 10, bottom: 50 },
      xAxis: valueAxis(theme, of, { min: 0, scale: false }),
      yAxis: nameAxis(
        theme,
        shares.map(({ name }) => name),
        { inverse: true },
      ),
      series: [
        {
          type: 'bar',
          silent: true,
          barWidth: '60%',
          data: shares.map(({ value }) => value),
          itemStyle: { color: theme.series[0], opacity: 0.75 },
        },
        intervalSeries(
          'interval',
          shares.map(({ interval }) => interval),
          theme.ink,
        ),
      ],
    }),
  };
}
