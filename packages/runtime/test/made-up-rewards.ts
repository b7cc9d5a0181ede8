import type { MakeExecutor } from '@auto-seg-loss/runtime';
import { InlineExecutor, type Outcome, type TrialTask } from '@auto-seg-loss/study';
import { createRunner } from '../src/worker.ts';

/** A search without its trainings: what trials come to is made up, everything else is as it is. */
export const UNTRAINED = { proxy: { size: [32, 32], warmStart: null } };

/** Worth what θ and the round say. */
export function rewardAt({ theta, round }: Pick<TrialTask, 'theta' | 'round'>): number {
  const off = theta.reduce((sum, value, axis) => sum + (value - (0.3 + 0.05 * axis)) ** 2, 0) / theta.length;
  return Math.max(0, 0.9 - off - 0.01 * round);
}

/** @param rewardOf in place of a training. @param onTrial called as each trial begins. */
export function madeUp(
  rewardOf: (task: TrialTask) => number = rewardAt,
  onTrial: (task: TrialTask) => void = () => {},
): MakeExecutor {
  return (init) => {
    if (init.job !== 'trial') {
      const runner = Promise.resolve(createRunner(init));
      return new InlineExecutor({ run: async (...args) => (await runner).run(...args) });
    }
    return new InlineExecutor({
      run: async (task): Promise<Outcome> => {
        onTrial(task);
        const reward = rewardOf(task);
        const metrics = { miou: { value: reward, perClass: [reward, 0] } };
        const ended = task.descent === null ? {} : { descended: task.theta.map((value) => 0.5 * value + 0.2) };
        return { status: 'complete', reward, metrics, images: 1, ...ended };
      },
    });
  };
}
