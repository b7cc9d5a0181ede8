import { relative } from 'node:path';
import type { Preparing, ResumedSearch, SearchEvent } from '@auto-seg-loss/runtime';
import type { FinishedTrial } from '@auto-seg-loss/study';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { formatDuration } from './duration.ts';
import { engineNotes } from './engine-notes.ts';
import { plannedText } from './planned-text.ts';
import type { Terminal } from './terminal.ts';

/** Shows how a search goes on. */
export interface SearchProgress {
  handle(event: SearchEvent): void;
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

/** What is worth lines that stay, on a terminal too. */
function notesOf(event: SearchEvent): readonly string[] {
  switch (event.type) {
    case 'run-opened': {
      const { engine, folder, resumed, workers } = event;
      const place = relative(process.cwd(), folder) || '.';
      const begin =
        resumed === null ? [`Run folder: ${place}`] : [`Going on with the run: ${place}`, ...resumedNotes(resumed)];
      return [...begin, ...engineNotes(engine, workers)];
    }
    case 'trainings-planned':
      return [plannedText(event)];
    case 'log-lost':
      return [`What the workers print is not kept: ${relative(process.cwd(), event.path)}: ${event.reason}`];
    case 'trial-retried':
      return [`trial ${event.number + 1} begins anew: ${event.reason}`];
    case 'trial-finished': {
      const { number, outcome } = event.trial;
      return outcome.status === 'failed' ? [`trial ${number + 1} failed: ${outcome.error}`] : [];
    }
    case 'reevaluation-started':
      return [`The ${event.candidates} best are tried again, ${event.repeats} times each, before one is named`];
    default:
      return [];
  }
}

/** What an earlier process left, and what becomes of it. */
function resumedNotes({ round, rounds, finished, failed, pruned, pending, paused, changes }: ResumedSearch): string[] {
  const of = [...(failed > 0 ? [`${failed} failed`] : []), ...(pruned > 0 ? [`${pruned} pruned`] : [])];
  const found = `Found ${finished} finished trials${of.length === 0 ? '' : ` (${of.join(', ')})`} in ${round} of ${rounds} rounds`;
  const waiting = paused === 0 ? '' : `, ${paused} of them from a rung`;
  const next =
    pending > 0
      ? `${pending} trials that were under way are run again${waiting}`
      : round < rounds
        ? `goes on with round ${round + 1}`
        : 'all rounds are done: what is left is to name the best';
  return [
    `${found}; ${next}`,
    ...changes.map(
      ({ where, expected, received }) => `Changed, as you accepted: ${where}, ${expected} before, now ${received}`,
    ),
  ];
}

const PREPARING: Readonly<Record<Preparing, string>> = {
  'warm-start': 'Training the network that all trials start from',
  reference: 'Measuring what cross-entropy reaches, which the guards compare with',
};

export function createSearchProgress(terminal: Terminal): SearchProgress {
  return terminal.interactive ? liveProgress() : lineProgress(terminal);
}

/**
 * Says once how long what is left will take: when each worker has come to the end of a trial. Only of a search whose plan was
 * announced; others have their own words.
 */
function firstEstimate(): (event: SearchEvent) => readonly string[] {
  let workers: number | undefined;
  let planned = false;
  let timed = 0;
  return (event) => {
    if (event.type === 'run-opened') workers = event.workers;
    if (event.type === 'trainings-planned') planned = true;
    if (event.type !== 'trial-finished' || !planned || event.secondsLeft === null) return [];
    timed += 1;
    if (timed !== workers || event.secondsLeft < 1) return [];
    return [`About ${formatDuration(event.secondsLeft)} left, at the pace of the first ${counted(timed)}`];
  };
}

function counted(trials: number): string {
  return trials === 1 ? 'trial' : `${trials} trials`;
}

const PREPARATION = '{bar} {job}, iteration {value}/{total}, {eta_formatted} left';
const TRIALS = '{bar} round {round}/{rounds}, trial {value}/{total}, best {metric} {best}, {left} left';

function liveProgress(): SearchProgress {
  const bars = new MultiBar({ stream: process.stderr, hideCursor: true, barsize: 20 }, Presets.shades_classic);
  let bar: SingleBar | undefined;
  let metric = '';
  const estimate = firstEstimate();
  const note = (line: string) => {
    if (bar === undefined) process.stderr.write(`${line}\n`);
    else bars.log(`${line}\n`);
  };
  return {
    handle: (event) => {
      for (const line of [...notesOf(event), ...estimate(event)]) note(line);
      switch (event.type) {
        case 'run-opened':
          metric = event.metric;
          break;
        case 'preparation-started':
          bar = bars.create(event.iterations, 0, { job: event.job }, { format: PREPARATION });
          break;
        case 'preparation-progress':
          bar?.update(event.done);
          break;
        case 'preparation-finished':
          if (bar !== undefined) bars.remove(bar);
          break;
        case 'study-started': {
          const { rounds, trials, finished } = event;
          bar = bars.create(
            trials,
            finished,
            { metric, round: '…', rounds, best: finished === 0 ? 'none yet' : '…', left: '…' },
            { format: TRIALS },
          );
          break;
        }
        case 'round-started':
          bar?.update({ round: event.round + 1 });
          break;
        case 'trial-finished':
          bar?.update(event.finished, { best: rewardOf(event.best), left: timeLeft(event.secondsLeft) });
          break;
        default:
      }
    },
    note,
    stop: () => {
      bars.stop();
      bar = undefined;
    },
  };
}

function lineProgress(terminal: Terminal): SearchProgress {
  let metric = '';
  let rounds = 0;
  let rewards: number[] = [];
  let left: number | null = null;
  const estimate = firstEstimate();
  const note = (line: string) => terminal.log(line);
  return {
    handle: (event) => {
      for (const line of [...notesOf(event), ...estimate(event)]) note(line);
      switch (event.type) {
        case 'run-opened':
          metric = event.metric;
          break;
        case 'preparation-started':
          note(`${PREPARING[event.job]}: ${event.iterations} iterations`);
          break;
        case 'study-started': {
          rounds = event.rounds;
          const before = event.finished === 0 ? '' : `, ${event.finished} of them done before`;
          note(`${event.trials} trials in ${rounds} round${rounds === 1 ? '' : 's'}${before}`);
          break;
        }
        case 'round-started':
          rewards = [];
          break;
        case 'trial-finished': {
          const { trial, best, secondsLeft } = event;
          left = secondsLeft;
          if (trial.outcome.status !== 'complete') break;
          rewards.push(trial.outcome.reward);
          if (best?.number !== trial.number) break;
          note(
            `trial ${trial.number + 1}, round ${trial.round + 1}/${rounds}: ${metric} ${rewardOf(trial)}, the best so far`,
          );
          break;
        }
        case 'round-finished': {
          const mean =
            rewards.length === 0 ? '' : `mean ${metric} ${percent(rewards.reduce((a, b) => a + b) / rewards.length)}, `;
          note(`round ${event.round + 1}/${rounds} done: ${mean}best ${rewardOf(event.best)}, ${timeLeft(left)} left`);
          break;
        }
        default:
      }
    },
    note,
    stop: () => {},
  };
}
