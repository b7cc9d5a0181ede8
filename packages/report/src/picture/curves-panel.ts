import type { Curve } from '@auto-seg-loss/kernel';
import { sampleCurve } from './curve-samples.ts';
import { lineEntry, type Panel, type PanelBox, panelLegend, panelTitle, valueAxis } from './panel.ts';
import { FAINT_INK, SERIES_COLORS, SERIES_DASHES } from './style.ts';

const BOX: PanelBox = { left: 84, top: 118, width: 350, height: 350 };
const IDENTITY = 'identity';

/** The curves of a loss against the identity, with their control points. */
export function curvesPanel(curves: readonly { readonly name: string; readonly curve: Curve }[]): Panel {
  const axis = (name: string, gap: number) => ({ ...valueAxis(name, gap), min: 0, max: 1, interval: 0.2 });
  const lines = curves.map(({ name, curve }, index) => {
    const color = SERIES_COLORS[index % SERIES_COLORS.length];
    const type = SERIES_DASHES[index % SERIES_DASHES.length];
    return {
      type: 'line',
      name,
      data: sampleCurve(curve),
      symbol: 'none',
      silent: true,
      z: 3,
      itemStyle: { color },
      lineStyle: { color, width: 2.5, type },
    };
  });
  const points = curves.map(({ curve }, index) => ({
    type: 'scatter',
    name: `control points ${index}`,
    data: curve.points.slice(1, -1),
    symbol: 'circle',
    symbolSize: 8,
    z: 4,
    clip: false,
    silent: true,
    itemStyle: { color: '#ffffff', borderColor: SERIES_COLORS[index % SERIES_COLORS.length], borderWidth: 1.5 },
  }));
  const identity = {
    type: 'line',
    name: IDENTITY,
    data: [
      [0, 0],
      [1, 1],
    ],
    symbol: 'none',
    silent: true,
    z: 2,
    itemStyle: { color: FAINT_INK },
    lineStyle: { color: FAINT_INK, width: 1, type: [4, 4] },
  };
  return {
    title: panelTitle('Curves', BOX),
    legend: panelLegend([...curves.map(({ name }) => lineEntry(name)), lineEntry(IDENTITY)], BOX),
    grid: BOX,
    xAxis: axis('probability p', 32),
    yAxis: axis('g(p)', 38),
    series: [identity, ...lines, ...points],
  };
}
