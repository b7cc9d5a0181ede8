import type { Curve } from '@auto-seg-loss/kernel';
import type { EChartsCoreOption } from 'echarts/core';
import { curvesPanel } from './curves-panel.ts';
import { type FrontPicture, frontPanel } from './front-panel.ts';
import { LEGEND_ROW, legendRows } from './panel.ts';
import { renderSvg } from './render-svg.ts';
import type { ReportedTrial } from './reward-series.ts';
import { rewardsPanel } from './rewards-panel.ts';
import { FAINT_INK, FONT_FAMILY, INK } from './style.ts';

/** What the picture of a search shows. */
export interface SearchPicture {
  /** For example `Loss found for miou`. */
  readonly title: string;
  /** How it was found, in one line. */
  readonly subtitle: string;
  /** The metric's name, for the axis. */
  readonly metric: string;
  readonly curves: readonly { readonly name: string; readonly curve: Curve }[];
  /** In the order of the search. */
  readonly trials: readonly ReportedTrial[];
  /** Number (from 1) of the trial that was named; null if it is none of them; by default the best. */
  readonly found?: number | null;
  /** Of a search for several metrics: what is drawn in place of rewards. */
  readonly front?: FrontPicture;
}

const WIDTH = 1200;
const HEIGHT = 590;
/** Of a legend, which the height has room for. */
const LEGEND_ROWS = 2;

/** The picture of a search, as SVG: the curves that were found, and the reward of every trial; or what trials score by several metrics. */
export function searchPicture({ title, subtitle, metric, curves, trials, found, front }: SearchPicture): string {
  const panels = [
    ...(curves.length === 0 ? [] : [curvesPanel(curves)]),
    front === undefined ? rewardsPanel(metric, trials, found) : frontPanel(front),
  ];
  const heading = {
    text: title,
    subtext: subtitle,
    left: 32,
    top: 18,
    itemGap: 8,
    textStyle: { fontFamily: FONT_FAMILY, fontSize: 20, fontWeight: 600, color: INK },
    subtextStyle: { fontFamily: FONT_FAMILY, fontSize: 13, color: FAINT_INK },
  };
  const option: EChartsCoreOption = {
    textStyle: { fontFamily: FONT_FAMILY, color: INK },
    title: [heading, ...panels.map((panel) => panel.title)],
    legend: panels.map((panel) => panel.legend),
    grid: panels.map((panel) => panel.grid),
    xAxis: panels.map((panel, gridIndex) => ({ ...panel.xAxis, gridIndex })),
    yAxis: panels.map((panel, gridIndex) => ({ ...panel.yAxis, gridIndex })),
    series: panels.flatMap((panel, index) =>
      panel.series.map((series) => ({ ...series, xAxisIndex: index, yAxisIndex: index })),
    ),
  };
  const more = Math.max(0, ...panels.map(({ legend }) => legendRows(legend) - LEGEND_ROWS));
  return renderSvg(option, WIDTH, HEIGHT + more * LEGEND_ROW);
}
