import type { ParallelChart } from '../page-data.ts';
import type { Drawing } from './drawing.ts';

/** θ and reward of each trial as a line through all axes. */
export function parallelDrawing({ axes, reward, trials, top, every }: ParallelChart): Drawing {
  const lines = (from: number, to: number): readonly (readonly number[])[] =>
    trials.flatMap((trial, index) => {
      const isDrawn = index >= from && index < to && (trials.length - 1 - index) % every === 0;
      return isDrawn ? [[...trial.theta.map((value) => value / 1000), trial.reward]] : [];
    });
  const rest = lines(0, trials.length - top);
  const best = lines(trials.length - top, trials.length);
  return {
    rows: () =>
      trials.map((trial) => [trial.number, trial.reward, ...trial.theta.map((value) => value / 1000)]).toReversed(),
    height: () => 430,
    option: (theme) => {
      const label = { color: theme.faint, fontSize: 11 };
      const axis = (dim: number, name: string, more: object): object => ({
        dim,
        name,
        nameLocation: 'end',
        nameRotate: 40,
        nameGap: 12,
        nameTruncate: { maxWidth: 130 },
        nameTextStyle: { color: theme.ink, fontSize: 12, align: 'left' },
        axisLine: { lineStyle: { color: theme.faint } },
        axisTick: { show: false },
        ...more,
      });
      const series = (name: string, data: readonly (readonly number[])[], lineStyle: object, z: number) => ({
        type: 'parallel',
        name,
        data,
        z,
        lineStyle,
        inactiveOpacity: 0.02,
        activeOpacity: 1,
        progressive: 0,
      });
      return {
        parallel: { left: 30, right: 90, top: 110, bottom: 30 },
        parallelAxis: [
          ...axes.map((name, dim) =>
            axis(dim, name, {
              min: 0,
              max: 1,
              axisLabel: { ...label, formatter: (value: number) => (dim === 0 ? String(value) : '') },
              interval: 0.5,
            }),
          ),
          axis(axes.length, reward, { scale: true, axisLabel: label }),
        ],
        series: [
          series('others', rest, { color: theme.faint, width: 1, opacity: rest.length > 500 ? 0.08 : 0.35 }, 2),
          series('the best', best, { color: theme.series[0], width: best.length > 100 ? 1 : 2.5, opacity: 0.9 }, 3),
        ],
      };
    },
  };
}
