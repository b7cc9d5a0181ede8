import type { RewardPoint, RewardsChart } from '../page-data.ts';
import { legend, tooltip, valueAxis } from '../theme.ts';
import type { Drawing } from './drawing.ts';

const AXES = {
  trial: (point: RewardPoint): number | null => point.number,
  'whole trainings': (point: RewardPoint): number | null => point.trainings,
  'core hours': (point: RewardPoint): number | null => point.hours,
} as const;

const TRIAL = 'trial';
const PRUNED = 'stopped early';
const FAILED = 'failed';
const BELOW = 'below the axis';
const BEST = 'best so far';
const NOISE = '± one deviation of a training';
const WORTH = 'worth of the winner';
const WINNER = 'winner';

/** Rewards against what they cost, with the best so far. */
export function rewardsDrawing({ metric, trials: tuples, range, worth, noise, winner }: RewardsChart): Drawing {
  const trials = tuples.map(
    ([number, round, status, reward, best, trainings, hours]): RewardPoint => ({
      number,
      round,
      status,
      reward,
      best,
      trainings,
      hours,
    }),
  );
  const axes = Object.entries(AXES).filter(([, of]) => trials.every((point) => of(point) !== null));
  const [low, high] = range;
  return {
    choices: { name: 'Against', values: axes.map(([name]) => name), inOrder: false, first: 0 },
    rows: () =>
      trials.map((point) => [
        point.number,
        point.round,
        point.status === 'pruned' ? PRUNED : point.status,
        point.reward,
        point.best,
        point.trainings,
        point.hours,
      ]),
    height: () => 440,
    option: (theme, chosen) => {
      const [name = '', of = AXES.trial] = axes[chosen] ?? [];
      const x = (point: RewardPoint): number => of(point) ?? 0;
      const start = x(trials[0] ?? NOTHING);
      const end = x(trials.at(-1) ?? NOTHING);
      const dots = (series: string, points: readonly RewardPoint[], symbol: string, style: object, floor = false) => ({
        type: 'scatter',
        name: series,
        symbol,
        symbolSize: trials.length > 500 ? 4 : 7,
        // All at once: it takes milliseconds, and a page that is printed or looked at meanwhile would lack some.
        progressive: 0,
        data: points.map((point) => [x(point), floor ? low : point.reward, point.number, point.reward]),
        ...style,
      });
      const withReward = trials.filter(({ reward }) => reward !== null);
      const isShown = ({ reward }: RewardPoint): boolean => (reward ?? 0) >= low;
      const shown = withReward.filter(isShown);
      const best = trials.filter((point) => point.best !== null);
      const step = (series: string, off: number, style: object) => ({
        type: 'line',
        name: series,
        step: 'end',
        symbol: 'none',
        silent: true,
        data: best.map((point) => [x(point), (point.best ?? 0) + off]),
        ...style,
      });
      const series = [
        dots(
          TRIAL,
          shown.filter(({ status }) => status === 'complete'),
          'circle',
          {
            itemStyle: { color: theme.faint, opacity: 0.8 },
          },
        ),
        dots(
          PRUNED,
          shown.filter(({ status }) => status === 'pruned'),
          'circle',
          {
            itemStyle: { color: theme.paper, borderColor: theme.faint, borderWidth: 1 },
          },
        ),
        dots(
          BELOW,
          withReward.filter((point) => !isShown(point)),
          'path://M0,0 L10,0 L5,9 Z',
          { clip: false, itemStyle: { color: theme.faint } },
          true,
        ),
        dots(
          FAILED,
          trials.filter(({ status }) => status === 'failed'),
          'path://M1,0 L5,4 L9,0 L10,1 L6,5 L10,9 L9,10 L5,6 L1,10 L0,9 L4,5 L0,1 Z',
          { clip: false, itemStyle: { color: theme.ink } },
          true,
        ),
        ...(noise === null
          ? []
          : [noise, -noise].map((off) =>
              step(NOISE, off, {
                itemStyle: { color: theme.ink },
                lineStyle: { color: theme.ink, width: 1, type: [2, 3] },
              }),
            )),
        step(BEST, 0, { z: 4, itemStyle: { color: theme.ink }, lineStyle: { color: theme.ink, width: 2 } }),
        ...(worth === null
          ? []
          : [
              {
                type: 'line',
                name: WORTH,
                symbol: 'none',
                silent: true,
                data: [
                  [start, worth.mean],
                  [end, worth.mean],
                ],
                itemStyle: { color: theme.series[1] },
                lineStyle: { color: theme.series[1], width: 2, type: [9, 4] },
                ...(worth.interval === null
                  ? {}
                  : {
                      markArea: {
                        silent: true,
                        itemStyle: { color: theme.series[1], opacity: 0.14 },
                        data: [[{ yAxis: worth.interval[0] }, { yAxis: worth.interval[1] }]],
                      },
                    }),
              },
            ]),
        dots(
          WINNER,
          shown.filter((point) => point.number === winner),
          'diamond',
          {
            z: 6,
            symbolSize: 15,
            itemStyle: { color: theme.series[1], borderColor: theme.paper, borderWidth: 1.5 },
          },
        ),
      ].filter(({ data }) => data.length > 0);
      return {
        legend: legend(
          theme,
          // Two lines may have one name, and lines have no symbol.
          [...new Map(series.map(({ name: own, type }) => [own, type]))].map(([own, type]) =>
            type === 'line' ? { name: own, itemStyle: { opacity: 0 } } : own,
          ),
        ),
        tooltip: tooltip(theme, ({ data, seriesName }: { data: readonly (number | null)[]; seriesName: string }) =>
          [`trial ${data[2]}`, data[3] == null ? FAILED : `${data[3].toFixed(2)} %`, seriesName].join('\n'),
        ),
        grid: { left: 64, right: 20, top: 44, bottom: 48 },
        xAxis: valueAxis(theme, name, { min: chosen === 0 ? 0 : undefined, splitLine: { show: false } }),
        yAxis: valueAxis(theme, `${metric}, %`, { min: low, max: high, nameGap: 44 }),
        dataZoom: [{ type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false }],
        series,
      };
    },
  };
}

const NOTHING: RewardPoint = {
  number: 0,
  round: 0,
  status: 'failed',
  reward: null,
  best: null,
  trainings: 0,
  hours: 0,
};
