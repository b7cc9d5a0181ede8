import { LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([GridComponent, LegendComponent, LineChart, ScatterChart, SVGRenderer, TitleComponent]);

/** The library counts its ids through all charts of a process; here each chart's begin anew. */
function withOwnIds(svg: string): string {
  const names = new Map<string, string>();
  return svg.replaceAll(/\bzr\d+-(cls-|[a-z]+)(\d+)\b/g, (id, kind: string) => {
    const name = names.get(id) ?? `${kind}${names.size}`;
    names.set(id, name);
    return name;
  });
}

/** Draws a chart without a browser. Equal options give equal text. */
export function renderSvg(option: EChartsCoreOption, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, backgroundColor: '#ffffff', ...option });
    return `${withOwnIds(chart.renderToSVGString())}\n`;
  } finally {
    chart.dispose();
  }
}
