import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts';

const CAP = 5;

/** Lines with ends from `low` to `high` along x, each beside the row of its index. @param rows null for none. */
export function intervalSeries(
  name: string,
  rows: readonly (readonly [low: number, high: number] | null)[],
  color: string,
): object {
  return {
    type: 'custom',
    name,
    silent: true,
    z: 4,
    itemStyle: { color },
    data: rows.flatMap((row, index) => (row === null ? [] : [[row[0], row[1], index]])),
    encode: { x: [0, 1], y: 2 },
    renderItem: (_: unknown, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
      const row = api.value(2);
      const [x0 = 0, y = 0] = api.coord([api.value(0), row]);
      const [x1 = 0] = api.coord([api.value(1), row]);
      const style = { stroke: color, lineWidth: 2 };
      const line = (x2: number, y2: number, x3: number, y3: number) => ({
        type: 'line' as const,
        shape: { x1: x2, y1: y2, x2: x3, y2: y3 },
        style,
      });
      return {
        type: 'group',
        children: [line(x0, y, x1, y), line(x0, y - CAP, x0, y + CAP), line(x1, y - CAP, x1, y + CAP)],
      };
    },
  };
}
