import type { RepeatsChart } from '../page-data.ts';
import { legend, nameAxis, tooltip, valueAxis } from '../theme.ts';
import type { Drawing } from './drawing.ts';
import { intervalSeries } from './intervals.ts';

const ROW = 44;
const VALUES = 'one training';
const MEAN = 'mean';

/** What was measured several times: each value, the mean, and its interval. */
export function repeatsDrawing({ metrics, intervals }: RepeatsChart): Drawing {
  const names = metrics.map(({ name }) => name);
  return {
    ...(names.length < 2 ? {} : { choices: { name: 'Metric', values: names, inOrder: false, first: 0 } }),
    height: () => ROW * (metrics[0]?.rows.length ?? 1) + 100,
    option: (theme, chosen) => {
      const { name = '', rows = [] } = metrics[chosen] ?? {};
      const values = rows.flatMap((row, index) =>
        row.values.flatMap((value) => (value === null ? [] : [[value, index]])),
      );
      return {
        legend: legend(theme, [VALUES, MEAN, { name: intervals, icon: 'path://M0,4 L30,4 L30,6 L0,6 Z' }]),
        tooltip: tooltip(theme, ({ data, seriesName }: { data: readonly number[]; seriesName: string }) =>
          [rows[data[1] ?? 0]?.name, `${seriesName} ${data[0]?.toFixed(2)} %`].join('\n'),
        ),
        grid: { left: 190, right: 24, top: 40, bottom: 50 },
        xAxis: valueAxis(theme, `${name}, %`),
        yAxis: nameAxis(
          theme,
          rows.map((row) => row.name),
          {
            inverse: true,
            axisLabel: { color: theme.ink, fontSize: 12, width: 176, overflow: 'truncate' },
            splitLine: { show: true, lineStyle: { color: theme.grid } },
          },
        ),
        series: [
          {
            type: 'scatter',
            name: VALUES,
            symbolSize: 9,
            data: values,
            itemStyle: { color: theme.paper, borderColor: theme.faint, borderWidth: 1.5 },
          },
          intervalSeries(
            intervals,
            rows.map(({ interval }) => interval),
            theme.ink,
          ),
          {
            type: 'scatter',
            name: MEAN,
            symbol: 'diamond',
            symbolSize: 14,
            z: 5,
            data: rows.flatMap(({ mean }, index) => (mean === null ? [] : [[mean, index]])),
            itemStyle: { color: theme.series[1] },
          },
        ],
      };
    },
  };
}
