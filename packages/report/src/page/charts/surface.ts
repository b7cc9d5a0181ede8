import type { SurfaceChart } from '../page-data.ts';
import { nameAxis, tooltip } from '../theme.ts';
import type { Drawing } from './drawing.ts';

/** From small to large losses: lightness alone tells them apart. */
const SHADES = ['#f4f8fc', '#dbe7f3', '#bcd3e8', '#93b9da', '#689ac6', '#447ab0', '#295b94', '#163f73', '#082750'];
const SIDE = 300;
const LEFT = 60;
const TOP = 36;
/** Of the shades and what they stand for. */
const SHADES_HEIGHT = 290;
const SHADES_WIDTH = 130;
const CELL_WIDTH = LEFT + SIDE + SHADES_WIDTH + 40;

/** Losses as shades over the right and the wrong probability. */
export function surfaceDrawing({ probabilities, surfaces }: SurfaceChart): Drawing {
  const columnsOf = (width: number): number => Math.max(1, Math.min(surfaces.length, Math.floor(width / CELL_WIDTH)));
  const sideOf = (width: number): number => Math.max(120, Math.min(SIDE, width - LEFT - SHADES_WIDTH));
  const heightOf = (width: number): number => TOP + Math.max(sideOf(width) + 56, SHADES_HEIGHT);
  const names = probabilities.map((value) => value.toFixed(2));
  return {
    height: (width) => Math.ceil(surfaces.length / columnsOf(width)) * heightOf(width),
    option: (theme, _, width) => {
      const columns = columnsOf(width);
      const side = sideOf(width);
      const left = (index: number): number => (index % columns) * CELL_WIDTH + LEFT;
      const top = (index: number): number => Math.floor(index / columns) * heightOf(width) + TOP;
      const axis = (gridIndex: number, name: string, gap: number): object =>
        nameAxis(theme, names, {
          gridIndex,
          name,
          nameLocation: 'middle',
          nameGap: gap,
          nameTextStyle: { color: theme.faint, fontSize: 13 },
          axisLabel: { color: theme.faint, interval: (at: number) => (at - 2) % 5 === 0 },
        });
      return {
        title: surfaces.map(({ name }, index) => ({
          text: name,
          left: left(index) - 4,
          top: top(index) - TOP + 6,
          textStyle: { color: theme.ink, fontSize: 14 },
        })),
        tooltip: tooltip(theme, ({ data }: { data: readonly number[] }) =>
          [`right ${names[data[0] ?? 0]}`, `wrong ${names[data[1] ?? 0]}`, `loss ${data[2]?.toFixed(4)}`].join('\n'),
        ),
        grid: surfaces.map((_each, index) => ({ left: left(index), top: top(index), width: side, height: side })),
        xAxis: surfaces.map((_each, index) => axis(index, 'right probability', 28)),
        yAxis: surfaces.map((_each, index) => axis(index, 'wrong probability', 40)),
        visualMap: surfaces.map(({ values }, index) => ({
          type: 'piecewise',
          seriesIndex: index,
          dimension: 2,
          min: Math.min(...values.flat()),
          max: Math.max(...values.flat()),
          splitNumber: SHADES.length,
          align: 'left',
          formatter: (from: number, to: number) => `${from.toFixed(2)} to ${to.toFixed(2)}`,
          inRange: { color: SHADES },
          left: left(index) + side + 12,
          top: top(index),
          itemSymbol: 'rect',
          itemWidth: 18,
          itemHeight: 18,
          selectedMode: false,
          textStyle: { color: theme.ink, fontSize: 12 },
        })),
        series: surfaces.map(({ name, values }, index) => ({
          type: 'heatmap',
          name,
          xAxisIndex: index,
          yAxisIndex: index,
          data: values.flatMap((row, wrong) => row.map((value, right) => [right, wrong, value])),
        })),
      };
    },
  };
}
