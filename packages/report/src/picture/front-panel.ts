import { type Panel, type PanelBox, panelLegend, panelTitle, valueAxis } from './panel.ts';
import { rewardRange } from './reward-series.ts';
import { FAINT_INK, INK, POINT, SERIES_COLORS } from './style.ts';

const BOX: PanelBox = { left: 540, top: 118, width: 620, height: 350 };
const TRIAL = 'trial';
const FRONT = 'front';
const KNEE = 'knee';

/** What a search for several metrics found. Scores are in [0, 1], one for each metric. */
export interface FrontPicture {
  readonly metrics: readonly string[];
  /** Of the trials that were trained to their end. */
  readonly trials: readonly (readonly number[])[];
  /** From the best by the first metric to the worst by it. */
  readonly front: readonly (readonly number[])[];
  /** Which of them is the knee: an index. */
  readonly knee: number;
}

/** All trials by their first two metrics, the front and its knee marked; numbers are those of the files `front/1.json` and so on. */
export function frontPanel({ metrics, trials, front, knee }: FrontPicture): Panel {
  const percent = (value: number): number => Number((100 * value).toFixed(4));
  const at = ([x = 0, y = 0]: readonly number[]): readonly [number, number] => [percent(x), percent(y)];
  const range = (axis: number): readonly [number, number] => {
    const [low, high] = rewardRange([...trials, ...front].map((scores) => scores[axis] ?? 0));
    return [percent(low), percent(high)];
  };
  const [[left, right], [low, high]] = [range(0), range(1)];
  const shown = trials.map(at).filter(([x, y]) => x >= left && y >= low);
  const dots = (name: string, data: readonly (readonly (number | string)[])[], style: object) => ({
    type: 'scatter',
    name,
    data,
    symbolSize: 7,
    silent: true,
    ...style,
  });
  const numbered = front.map((scores, index) => [...at(scores), String(index + 1)]);
  const label = { show: true, color: INK, fontSize: 12, fontWeight: 600 };
  const text = ({ data }: { readonly data: readonly string[] }): string => data[2] ?? '';
  const series = [
    dots(TRIAL, shown, { symbol: 'circle', z: 2, itemStyle: { color: POINT, opacity: 0.75 } }),
    {
      type: 'line',
      name: FRONT,
      // Of more than two metrics, a front seen from one side is no line.
      data: metrics.length === 2 && front.length > 1 ? numbered : [],
      symbol: 'none',
      silent: true,
      z: 3,
      itemStyle: { color: FAINT_INK },
      lineStyle: { color: FAINT_INK, width: 1.5, type: [6, 4] },
    },
    dots(
      FRONT,
      numbered.filter((_, index) => index !== knee),
      {
        symbol: 'diamond',
        symbolSize: 13,
        z: 5,
        itemStyle: { color: INK },
        label: { ...label, position: 'top', formatter: text },
      },
    ),
    dots(
      KNEE,
      numbered.filter((_, index) => index === knee),
      {
        symbol: 'triangle',
        symbolSize: 17,
        z: 6,
        itemStyle: { color: SERIES_COLORS[1], borderColor: '#ffffff', borderWidth: 1.5 },
        label: { ...label, position: 'left', formatter: text },
      },
    ),
  ].filter(({ data }) => data.length > 0);
  const names = [...new Set(series.map(({ name }) => name))];
  return {
    title: panelTitle(metrics.length === 2 ? 'The front' : `The front, by ${metrics[0]} and ${metrics[1]}`, BOX),
    legend: panelLegend(
      names.map((name) => ({ name, itemStyle: { opacity: 1 }, ...(name === FRONT ? { icon: 'diamond' } : {}) })),
      BOX,
    ),
    grid: BOX,
    xAxis: { ...valueAxis(`${metrics[0]} on held-out training images, %`, 32), min: left, max: right },
    yAxis: { ...valueAxis(`${metrics[1]}, %`, 44), min: low, max: high },
    series,
  };
}
