import type { FinishedTrial, StudyEvent } from '@auto-seg-loss/study';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { formatDuration } from './duration.ts';
import type { Terminal } from './terminal.ts';

/** Shows how a search goes on. */
export interface SearchProgress {
  handle(event: StudyEvent): void;
  /** A line that stays. */
  note(line: string): void;
  /** Ends the display; may be called more than once. */
  stop(): void;
}

const percent = (reward: number) => `${(100 * reward).toFixed(2)} %`;
const timeLeft = (seconds: number | null) => (seconds === null ? '…' : formatDuration(seconds));

function rewardOf(trial: FinishedTrial | null): string {
  return trial === null || trial.outcome.status === 'failed' ? 'none yet' : percent(trial.outcome.reward);
}

/** What is worth a line that stays, on a terminal too. */
function trouble(event: StudyEvent): string | undefined {
  if (event.type === 'trial-retried') return `trial ${event.number + 1} begins anew: ${event.reason}`;
  if (event.type !== 'trial-finished' || event.trial.outcome.status !== 'failed') return undefined;
  return `trial ${event.trial.number + 1} failed: ${event.trial.outcome.error}`;
}

/** @param metric what the rewards are of. */
export function createSearchProgress(terminal: Terminal, metric: string): SearchProgress {
  return terminal.interactive ? liveProgress(metric) : lineProgress(terminal, metric);
}

function liveProgress(metric: string): SearchProgress {
  const format = `{bar} round {round}/{rounds}, trial {value}/{total}, best ${metric} {best}, {left} left`;
  const bars = new MultiBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: false, barsize: 20 },
    Presets.shades_classic,
  );
  let bar: SingleBar | undefined;
  const note = (line: string) => {
    if (bar === undefined) process.stderr.write(`${line}\n`);
    else bars.log(`${line}\n`);
  };
  return {
    handle: (event) => {
      const line = trouble(event);
      if (line !== undefined) note(line);
      if (event.type === 'study-started') {
        const { rounds, trials, finished } = event;
        bar = bars.create(trials, finished, { round: '…', rounds, best: 'none yet', left: '…' });
      } else if (event.type === 'round-started') {
        bar?.update({ round: event.round + 1 });
      } else if (event.type === 'trial-finished') {
        bar?.update(event.finished, { best: rewardOf(event.best), left: timeLeft(event.secondsLeft) });
      }
    },
    note,
    stop: () => {
      bars.stop();
      bar = undefined;
    },
  };
}

function lineProgress(terminal: Terminal, metric: string): SearchProgress {
  let rounds = 0;
  let rewards: number[] = [];
  let left: number | null = null;
  return {
    handle: (event) => {
      const line = trouble(event);
      if (line !== undefined) terminal.log(line);
      if (event.type === 'study-started') {
        rounds = event.rounds;
        const before = event.finished === 0 ? '' : `, ${event.finished} of them done before`;
        terminal.log(`${event.trials} trials in ${rounds} rounds${before}`);
      } else if (event.type === 'round-started') {
        rewards = [];
      } else if (event.type === 'trial-finished') {
        const { trial, best, secondsLeft } = event;
        left = secondsLeft;
        if (trial.outcome.status !== 'complete') return;
        rewards.push(trial.outcome.reward);
        if (best?.number !== trial.number) return;
        terminal.log(
          `trial ${trial.number + 1}, round ${trial.round + 1}/${rounds}: ${metric} ${rewardOf(trial)}, the best so far`,
        );
      } else if (event.type === 'round-finished') {
        const mean =
          rewards.length === 0 ? '' : `mean ${metric} ${percent(rewards.reduce((a, b) => a + b) / rewards.length)}, `;
        const state = `${mean}best ${rewardOf(event.best)}, ${timeLeft(left)} left`;
        terminal.log(`round ${event.round + 1}/${rounds} done: ${state}`);
      }
    },
    note: (line) => terminal.log(line),
    stop: () => {},
  };
}
