import { FAINT_INK, FONT_FAMILY, GRID, INK } from './style.ts';

/** One of a picture's charts: its share of the library's options. */
export interface Panel {
  readonly title: object;
  readonly legend: PanelLegend;
  readonly grid: object;
  readonly xAxis: object;
  readonly yAxis: object;
  readonly series: readonly object[];
}

/** A legend's options; those named here are what its size depends on. */
export interface PanelLegend {
  readonly data: readonly LegendEntry[];
  readonly width: number;
  readonly itemWidth: number;
  readonly itemGap: number;
  readonly [option: string]: unknown;
}

export interface LegendEntry {
  readonly name: string;
  readonly itemStyle: object;
  readonly icon?: string;
}

/** Where a panel's chart stands, in pixels. */
export interface PanelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function panelTitle(text: string, box: PanelBox): object {
  return {
    text,
    left: box.left - 4,
    top: box.top - 34,
    textStyle: { fontFamily: FONT_FAMILY, fontSize: 14, fontWeight: 600, color: INK },
  };
}

/** A line in a legend, without the library's dot on it. */
export function lineEntry(name: string): LegendEntry {
  return { name, itemStyle: { opacity: 0 } };
}

export function panelLegend(data: readonly LegendEntry[], box: PanelBox): PanelLegend {
  return {
    data,
    left: box.left - 4,
    top: box.top + box.height + 56,
    width: box.width + 8,
    itemWidth: 26,
    itemHeight: 10,
    itemGap: 16,
    textStyle: { fontFamily: FONT_FAMILY, fontSize: 12, color: INK },
  };
}

/** Of a legend, in pixels. */
export const LEGEND_ROW = 28;

/** How many rows a legend takes, by the widths of letters: rather one too many. */
export function legendRows({ data, width, itemWidth, itemGap }: PanelLegend): number {
  let [rows, used] = [1, 0];
  for (const { name } of data) {
    const entry = itemWidth + 5 + 7.5 * name.length + itemGap;
    if (used > 0 && used + entry > width) [rows, used] = [rows + 1, 0];
    used += entry;
  }
  return rows;
}

export function valueAxis(name: string, nameGap: number, labels: object = {}): object {
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: { fontFamily: FONT_FAMILY, fontSize: 12, color: FAINT_INK },
    axisLabel: { fontFamily: FONT_FAMILY, fontSize: 12, color: FAINT_INK, ...labels },
    axisLine: { show: true, lineStyle: { color: FAINT_INK } },
    axisTick: { show: true, lineStyle: { color: FAINT_INK } },
    splitLine: { lineStyle: { color: GRID } },
  };
}
