import type { FrontChart } from '../page-data.ts';
import { legend, tooltip, valueAxis } from '../theme.ts';
import type { Drawing } from './drawing.ts';

const TRIAL = 'trial';
const PRUNED = 'stopped early';
const KNEE = 'knee';

/** Scores by two metrics, the front and its knee among them. */
export function frontDrawing({ metrics, trials, front, knee, of }: FrontChart): Drawing {
  const pairs = metrics.flatMap((_, x) => metrics.flatMap((__, y) => (x < y ? [[x, y] as const] : [])));
  const nameOf = ([x, y]: readonly [number, number]): string => `${metrics[x]} and ${metrics[y]}`;
  return {
    ...(pairs.length < 2 ? {} : { choices: { name: 'Metrics', values: pairs.map(nameOf), inOrder: false, first: 0 } }),
    rows: () =>
      trials.map(([number, round, status, scores]) => [
        number,
        round,
        status === 'pruned' ? PRUNED : status,
        ...metrics.map((_, axis) => scores?.[axis] ?? null),
      ]),
    height: () => 460,
    option: (theme, chosen) => {
      const [x, y] = pairs[chosen] ?? [0, 1];
      const at = (scores: readonly number[]): readonly [number, number] => [scores[x] ?? 0, scores[y] ?? 0];
      const dots = (name: string, data: readonly (readonly [number, number, string])[], style: object) => ({
        type: 'scatter',
        name,
        progressive: 0,
        symbolSize: trials.length > 500 ? 4 : 7,
        data,
        ...style,
      });
      const scored = (wanted: string) =>
        trials.flatMap(([number, , status, scores]) =>
          status === wanted && scores !== null ? [[...at(scores), `trial ${number}`] as const] : [],
        );
      const named = front.map(({ name, scores }) => [...at(scores), name] as const);
      const label = (position: string) => ({
        show: true,
        position,
        color: theme.ink,
        fontSize: 13,
        fontWeight: 600,
      });
      const series = [
        dots(TRIAL, scored('complete'), { symbol: 'circle', itemStyle: { color: theme.faint, opacity: 0.7 } }),
        dots(PRUNED, scored('pruned'), {
          symbol: 'circle',
          itemStyle: { color: theme.paper, borderColor: theme.faint, borderWidth: 1 },
        }),
        {
          type: 'line',
          name: of,
          // Of more than two metrics, a front seen from one side is no line.
          data: metrics.length === 2 ? named : [],
          symbol: 'none',
          silent: true,
          z: 3,
          itemStyle: { color: theme.ink },
          lineStyle: { color: theme.ink, width: 1.5, type: [6, 4] },
        },
        dots(
          of,
          named.filter((_, place) => place !== knee),
          {
            symbol: 'diamond',
            symbolSize: 14,
            z: 5,
            itemStyle: { color: theme.ink, borderColor: theme.paper, borderWidth: 1 },
            label: { ...label('top'), formatter: ({ data }: { data: readonly string[] }) => data[2] },
          },
        ),
        dots(
          KNEE,
          named.filter((_, place) => place === knee),
          {
            symbol: 'triangle',
            symbolSize: 19,
            z: 6,
            itemStyle: { color: theme.series[1], borderColor: theme.paper, borderWidth: 1.5 },
            label: { ...label('left'), formatter: ({ data }: { data: readonly string[] }) => `the knee, ${data[2]}` },
          },
        ),
      ].filter(({ data }) => data.length > 0);
      return {
        legend: legend(
          theme,
          [...new Set(series.map(({ name }) => name))].map((name) => (name === of ? { name, icon: 'diamond' } : name)),
        ),
        tooltip: tooltip(theme, ({ data, seriesName }: { data: readonly (number | string)[]; seriesName: string }) =>
          [
            data[2],
            `${metrics[x]} ${Number(data[0]).toFixed(2)} %`,
            `${metrics[y]} ${Number(data[1]).toFixed(2)} %`,
            seriesName,
          ].join('\n'),
        ),
        grid: { left: 64, right: 90, top: 48, bottom: 48 },
        xAxis: valueAxis(theme, `${metrics[x]}, %`),
        yAxis: valueAxis(theme, `${metrics[y]}, %`, { nameGap: 44 }),
        dataZoom: [{ type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false }],
        series,
      };
    },
  };
}
