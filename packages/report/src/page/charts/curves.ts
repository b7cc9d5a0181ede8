import type { CurvesChart } from '../page-data.ts';
import { valueAxis } from '../theme.ts';
import type { Drawing } from './drawing.ts';

const SIDE = 206;
const LEFT = 56;
const TOP = 34;
const CELL_WIDTH = SIDE + LEFT + 16;
const CELL_HEIGHT = SIDE + TOP + 52;

/** Each curve in a square, with what it was while the search went on. */
export function curvesDrawing({ names, steps }: CurvesChart): Drawing {
  const columnsOf = (width: number): number => Math.max(1, Math.min(names.length, Math.floor(width / CELL_WIDTH)));
  return {
    ...(steps.length < 2
      ? {}
      : {
          choices: {
            name: 'Thick line',
            values: steps.map(({ name }) => name),
            inOrder: true,
            first: steps.length - 1,
          },
        }),
    height: (width) => Math.ceil(names.length / columnsOf(width)) * CELL_HEIGHT,
    option: (theme, chosen, width) => {
      const columns = columnsOf(width);
      const place = (index: number) => ({
        left: (index % columns) * CELL_WIDTH + LEFT,
        top: Math.floor(index / columns) * CELL_HEIGHT + TOP,
      });
      const axis = (gridIndex: number, name: string, gap: number): object =>
        valueAxis(theme, name, { gridIndex, min: 0, max: 1, interval: 0.25, nameGap: gap });
      return {
        title: names.map((text, index) => ({
          text,
          left: place(index).left - 4,
          top: place(index).top - TOP + 4,
          textStyle: { color: theme.ink, fontSize: 14 },
        })),
        grid: names.map((_, index) => ({ ...place(index), width: SIDE, height: SIDE })),
        xAxis: names.map((_, index) => axis(index, 'probability p', 28)),
        yAxis: names.map((_, index) => axis(index, 'g(p)', 36)),
        series: names.flatMap((_, index) => {
          const shared = { type: 'line', xAxisIndex: index, yAxisIndex: index, symbol: 'none', silent: true };
          const identity = {
            ...shared,
            data: [
              [0, 0],
              [1, 1],
            ],
            lineStyle: { color: theme.faint, width: 1, type: [4, 4] },
          };
          const lines = steps.map(({ curves }, step) => ({
            ...shared,
            data: curves[index],
            z: step === chosen ? 5 : 3,
            lineStyle: {
              color: step === chosen ? theme.series[0] : theme.ink,
              width: step === chosen ? 3.5 : 1,
              opacity: step === chosen ? 1 : 0.2 + (0.5 * step) / Math.max(1, steps.length - 1),
            },
          }));
          const points = {
            type: 'scatter',
            xAxisIndex: index,
            yAxisIndex: index,
            silent: true,
            clip: false,
            symbolSize: 8,
            z: 6,
            data: steps[chosen]?.points[index]?.slice(1, -1) ?? [],
            itemStyle: { color: theme.paper, borderColor: theme.series[0], borderWidth: 2 },
          };
          return [identity, ...lines, points];
        }),
      };
    },
  };
}
