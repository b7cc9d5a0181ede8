import { lineEntry, type Panel, type PanelBox, panelLegend, panelTitle, valueAxis } from './panel.ts';
import { type ReportedTrial, rewardSeries } from './reward-series.ts';
import { INK, POINT, SERIES_COLORS } from './style.ts';

const BOX: PanelBox = { left: 540, top: 118, width: 620, height: 350 };
const TRIAL = 'trial';
const PRUNED = 'stopped early';
const BELOW = 'below the axis';
const FAILED = 'failed';
const MEAN = 'mean of the round';
const BEST = 'best so far';
const FOUND = 'found';

const MEAN_COLOR = SERIES_COLORS[2];

/** The reward of every trial in the order of the search, with the best so far and the mean of each round. */
export function rewardsPanel(metric: string, trials: readonly ReportedTrial[], found?: number | null): Panel {
  const rewards = rewardSeries(trials, found);
  const [low, high] = rewards.range;
  const percent = (value: number) => Number((100 * value).toFixed(4));
  const marks = (points: readonly (readonly [number, number])[]) =>
    points.map(([trial, reward]) => [trial, percent(reward)]);
  const atFloor = (numbers: readonly number[]) => numbers.map((trial) => [trial, percent(low)]);

  const dots = (name: string, data: readonly (readonly number[])[], symbol: string, style: object) => ({
    type: 'scatter',
    name,
    data,
    symbol,
    symbolSize: 7,
    clip: false,
    silent: true,
    ...style,
  });
  const series = [
    dots(TRIAL, marks(rewards.complete), 'circle', { z: 2, itemStyle: { color: POINT, opacity: 0.75 } }),
    dots(PRUNED, marks(rewards.pruned), 'circle', {
      z: 2,
      itemStyle: { color: '#ffffff', borderColor: POINT, borderWidth: 1.5 },
    }),
    dots(BELOW, atFloor(rewards.below), 'path://M0,0 L10,0 L5,9 Z', { z: 5, itemStyle: { color: POINT } }),
    dots(FAILED, atFloor(rewards.failed), 'path://M1,0 L5,4 L9,0 L10,1 L6,5 L10,9 L9,10 L5,6 L1,10 L0,9 L4,5 L0,1 Z', {
      z: 5,
      itemStyle: { color: INK },
    }),
    {
      type: 'line',
      name: MEAN,
      // A gap (null) ends each round's level.
      data: rewards.roundMeans.flatMap(({ from, to, mean }) => [
        [from - 0.5, percent(mean)],
        [to + 0.5, percent(mean)],
        [to + 0.5, null],
      ]),
      symbol: 'none',
      silent: true,
      z: 3,
      itemStyle: { color: MEAN_COLOR },
      lineStyle: { color: MEAN_COLOR, width: 3.5, cap: 'butt' },
    },
    {
      type: 'line',
      name: BEST,
      data: marks(rewards.best),
      step: 'end',
      symbol: 'none',
      silent: true,
      z: 4,
      itemStyle: { color: INK },
      lineStyle: { color: INK, width: 1.75 },
    },
    dots(FOUND, marks(rewards.complete.filter(([trial]) => trial === rewards.found)), 'circle', {
      symbolSize: 11,
      z: 6,
      itemStyle: { opacity: 1, color: SERIES_COLORS[1], borderColor: '#ffffff', borderWidth: 1.5 },
    }),
  ].filter(({ data }) => data.length > 0);

  return {
    title: panelTitle('Rewards', BOX),
    legend: panelLegend(
      series.map(({ name, type }) => (type === 'line' ? lineEntry(name) : { name, itemStyle: { opacity: 1 } })),
      BOX,
    ),
    grid: BOX,
    xAxis: {
      ...valueAxis('trial', 32, { showMaxLabel: false }),
      min: 0,
      max: Math.max(1, trials.length) + 1,
      minInterval: 1,
      splitLine: { show: false },
    },
    yAxis: { ...valueAxis(`${metric} on held-out training images, %`, 44), min: percent(low), max: percent(high) },
    series,
  };
}
