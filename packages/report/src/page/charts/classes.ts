import type { ClassesChart } from '../page-data.ts';
import { legend, nameAxis, SYMBOLS, tooltip, valueAxis } from '../theme.ts';
import type { Drawing } from './drawing.ts';

/** Pixels from a symbol to the next. */
const BESIDE = 11;

/** Values by class, a symbol for each of what is compared. */
export function classesDrawing({ classes, metrics }: ClassesChart): Drawing {
  return {
    choices: { name: 'Metric', values: metrics.map(({ name }) => name), inOrder: false, first: 0 },
    height: () => 380,
    option: (theme, chosen) => {
      const { name = '', series = [] } = metrics[chosen] ?? {};
      return {
        legend: legend(
          theme,
          series.map((each) => each.name),
        ),
        tooltip: tooltip(theme, (point: { seriesName: string; name: string; value: number }) =>
          [point.seriesName, `${point.name}: ${point.value.toFixed(2)} %`].join('\n'),
        ),
        grid: { left: 64, right: 20, top: 44, bottom: 90 },
        xAxis: nameAxis(theme, classes, {
          axisLabel: { color: theme.ink, fontSize: 12, rotate: classes.length > 8 ? 40 : 0, interval: 0 },
          splitLine: { show: true, lineStyle: { color: theme.grid } },
        }),
        yAxis: valueAxis(theme, `${name}, %`, { nameGap: 44, min: 0, scale: false }),
        series: series.map((each, index) => ({
          type: 'scatter',
          name: each.name,
          symbol: SYMBOLS[index % SYMBOLS.length],
          symbolSize: 11,
          // Side by side: equal values would hide each other.
          symbolOffset: [BESIDE * (index - (series.length - 1) / 2), 0],
          data: each.values.map((value) => (value === null ? '-' : value)),
          itemStyle:
            index % 2 === 0
              ? { color: theme.series[index % theme.series.length] }
              : { color: theme.paper, borderColor: theme.series[index % theme.series.length], borderWidth: 2.5 },
        })),
      };
    },
  };
}
