import { relative } from 'node:path';
import type { Preparing, ResumedSearch, SearchEvent } from '@auto-seg-loss/runtime';
import { type FinishedTrial, triedAgain } from '@auto-seg-loss/study';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { formatDuration } from './duration.ts';
import { engineNotes } from './engine-notes.ts';
import { plannedText } from './planned-text.ts';
import { quantity } from './quantity.ts';
import { shownCell } from './shown.ts';
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

/** What of a search's events later ones are told by. */
class Story {
  metric = '';
  /** Their names, where there are several. */
  metrics: readonly string[] = [];
  /** Of the searcher: trials of later rounds are trainings of the best. */
  rounds = Number.POSITIVE_INFINITY;
  /** How many trainings name the best, and how many of them are begun. */
  again = 0;
  readonly #again = new Set<number>();

  hear(event: SearchEvent): void {
    if (event.type === 'run-opened') [this.metric, this.metrics] = [event.metric, event.metrics ?? []];
    if (event.type === 'study-started') [this.rounds, this.again] = [event.rounds, event.again];
    if (event.type === 'reevaluation-started') this.again = triedAgain(event) * event.repeats + event.confirm;
    if (event.type === 'trial-finished' && event.trial.round >= this.rounds) this.#again.add(event.trial.number);
  }

  get doneAgain(): number {
    return this.#again.size;
  }

  /** `trial 7`; or what it is in place of one. */
  nameOf({ number, round }: { readonly number: number; readonly round: number }): string {
    return round < this.rounds ? `trial ${number + 1}` : 'a training of the best';
  }

  /** What a trial on the front scores, `miou 41.20 %, bf1 38.17 %`. */
  scoresOf({ outcome }: FinishedTrial): string {
    const scores = outcome.status === 'failed' ? [] : (outcome.scores ?? []);
    return scores.map((score, axis) => `${this.metrics[axis] ?? ''} ${percent(score)}`).join(', ');
  }

  /** What is worth lines that stay, on a terminal too. */
  notesOf(event: SearchEvent): readonly string[] {
    switch (event.type) {
      case 'run-opened': {
        const { engine, folder, resumed, workers, executor, weights } = event;
        const place = relative(process.cwd(), folder) || '.';
        const begin =
          resumed === null ? [`Run folder: ${place}`] : [`Going on with the run: ${place}`, ...resumedNotes(resumed)];
        return [...begin, ...engineNotes(engine, workers, executor), ...weights];
      }
      case 'prior-taken':
        return event.notes;
      case 'trainings-planned':
        return [plannedText(event)];
      case 'log-lost':
        return [`What the workers print is not kept: ${relative(process.cwd(), event.path)}: ${event.reason}`];
      case 'executor-notice':
        return [event.message];
      case 'warning':
        return [`Warning: ${event.message}`];
      case 'trial-retried':
        return [`trial ${event.number + 1} begins anew: ${event.reason}`];
      case 'trial-finished': {
        const { outcome } = event.trial;
        return outcome.status === 'failed' ? [`${this.nameOf(event.trial)} failed: ${outcome.error}`] : [];
      }
      case 'reevaluation-started':
        return [reevaluationNote(event)];
      default:
        return [];
    }
  }
}

function reevaluationNote({
  best,
  recommended,
  rivals = [],
  repeats,
  confirm,
  several = false,
  race,
}: Extract<SearchEvent, { type: 'reevaluation-started' }>): string {
  if (several) {
    const knee =
      confirm === 0 ? '' : `; its knee is then trained ${quantity(confirm, 'more time')}, to say what it is worth`;
    const beside = rivals.length === 0 ? '' : ` and beside them the hand-made ${rivals.join(', ')},`;
    return `${best === 1 ? 'One trial, the best there is' : `${best} trials, on the front or next to it`},${beside} ${best === 1 ? 'is' : 'are'} tried again, ${quantity(repeats, 'time')}${best === 1 ? '' : ' each'}, before the front is named${knee}`;
  }
  const which = best === 1 ? 'The best trial' : `The ${best} best trials`;
  const own = recommended ? `${which} and what the searcher recommends` : which;
  const all = rivals.length === 0 ? own : `${own}, and beside them the hand-made ${rivals.join(', ')},`;
  const often = quantity(repeats, 'time');
  const once =
    confirm === 0
      ? ''
      : `; the best of them is then trained ${quantity(confirm, 'more time')}, to say what it is worth`;
  return best === 1 && !recommended && rivals.length === 0
    ? `${all} is tried again, ${often}${confirm === 0 ? '' : `, and then ${quantity(confirm, 'more time')}, to say what it is worth`}`
    : race
      ? `${all} race: at most ${quantity((best + (recommended ? 1 : 0)) * repeats, 'training')}, in which those leave that turn out to be worse, before one is named${once}`
      : `${all} are tried again, ${often} each, before one is named${once}`;
}

function nameAndRound({ number, round }: FinishedTrial, rounds: number): string {
  return `trial ${number + 1}, round ${round + 1}/${rounds}`;
}

/** What an earlier process left, and what becomes of it. */
function resumedNotes(resumed: ResumedSearch): string[] {
  const { round, rounds, finished, failed, pruned, again, pending, paused, changes } = resumed;
  const of = [...(failed > 0 ? [`${failed} failed`] : []), ...(pruned > 0 ? [`${pruned} pruned`] : [])];
  const trials = `${quantity(finished, 'finished trial')}${of.length === 0 ? '' : ` (${of.join(', ')})`}`;
  const found = `Found ${trials} in ${round} of ${quantity(rounds, 'round')}${again === 0 ? '' : `, and ${quantity(again, 'training')} of the best`}`;
  const waiting = paused === 0 ? '' : `, ${paused} of them from a rung`;
  const next =
    pending > 0
      ? `${quantity(pending, 'trial')} that ${pending === 1 ? 'was' : 'were'} under way ${pending === 1 ? 'is' : 'are'} run again${waiting}`
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

const PREPARING: Readonly<Record<Preparing, { readonly what: string; readonly unit: string }>> = {
  inspection: { what: 'Looking at the training images', unit: 'image' },
  'warm-start': { what: 'Training the network that all trials start from', unit: 'iteration' },
  reference: { what: 'Measuring what cross-entropy reaches, which trials are compared with', unit: 'iteration' },
};

export function createSearchProgress(terminal: Terminal): SearchProgress {
  return terminal.interactive ? liveProgress(terminal) : lineProgress(terminal);
}

/** One of several searches whose progress is shown together: its lines and its bar begin with its name. */
interface OfSeveral {
  readonly name: string;
  /** Among those of the others; stopped by whoever made them. */
  readonly bars: MultiBar;
}

/** Bars below the lines that stay. */
export function createBars(): MultiBar {
  return new MultiBar({ stream: process.stderr, hideCursor: true, barsize: 20 }, Presets.shades_classic);
}

/** Ends the display, with the lines that came since it was drawn last. */
export function stopBars(bars: MultiBar): void {
  if (bars.isActive) bars.update();
  bars.stop();
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

const PREPARATION = '{name}{bar} {job}, {unit} {value}/{total}, {eta_formatted} left';
const TRIALS = '{name}{bar} {stage}, {what} {best}';
const LEFT = ', {left} left';

/** @param several as one of them, it has no estimate of its own. */
export function liveProgress(terminal: Terminal, several?: OfSeveral): SearchProgress {
  const bars = several?.bars ?? createBars();
  let bar: SingleBar | undefined;
  const story = new Story();
  let [round, trials] = [0, 0];
  const estimate = several === undefined ? firstEstimate() : () => [];
  const name = several === undefined ? '' : shownCell(`[${several.name}] `);
  const note = (line: string) => {
    if (bar === undefined && several === undefined) terminal.log(line);
    else bars.log(`${name}${shownCell(line)}\n`);
  };
  const stageAt = (finished: number): string =>
    story.doneAgain === 0
      ? `round ${round}/${story.rounds}, trial ${Math.min(finished, trials)}/${trials}`
      : `naming the best, training ${story.doneAgain}/${story.again}`;
  return {
    handle: (event) => {
      story.hear(event);
      for (const line of [...story.notesOf(event), ...estimate(event)]) note(line);
      switch (event.type) {
        case 'preparation-started':
          bar = bars.create(
            event.iterations,
            0,
            { name, job: event.job, unit: PREPARING[event.job].unit },
            { format: PREPARATION },
          );
          break;
        case 'preparation-progress':
          bar?.update(event.done);
          break;
        case 'preparation-finished':
          if (bar !== undefined) bars.remove(bar);
          break;
        case 'study-started': {
          trials = event.trials;
          const { finished } = event;
          const best = finished === 0 ? 'none yet' : '…';
          const what = story.metrics.length > 1 ? 'front' : `best ${shownCell(story.metric)}`;
          const payload = { name, what, stage: stageAt(finished), best, left: '…' };
          bar = bars.create(trials + event.again, finished, payload, {
            format: several === undefined ? `${TRIALS}${LEFT}` : TRIALS,
          });
          break;
        }
        case 'round-started':
          round = event.round + 1;
          break;
        case 'reevaluation-started':
          bar?.setTotal(trials + story.again);
          break;
        case 'trial-finished': {
          const { finished, best, front = [], secondsLeft } = event;
          const shown = front.length === 0 ? rewardOf(best) : quantity(front.length, 'loss', 'losses');
          bar?.update(finished, { stage: stageAt(finished), best: shown, left: timeLeft(secondsLeft) });
          break;
        }
        default:
      }
    },
    note,
    stop: () => {
      if (several === undefined) stopBars(bars);
      bar = undefined;
    },
  };
}

/** @param several as one of them, it has no estimate of its own. */
export function lineProgress(terminal: Terminal, several?: string): SearchProgress {
  const story = new Story();
  let rewards: number[] = [];
  let left: number | null = null;
  const [estimate, begin, leftOf] =
    several === undefined
      ? ([firstEstimate(), '', 'left'] as const)
      : ([() => [], `[${several}] `, 'left for all'] as const);
  const note = (line: string) => terminal.log(`${begin}${line}`);
  return {
    handle: (event) => {
      story.hear(event);
      for (const line of [...story.notesOf(event), ...estimate(event)]) note(line);
      const { metric, rounds } = story;
      switch (event.type) {
        case 'preparation-started': {
          const { what, unit } = PREPARING[event.job];
          note(`${what}: ${quantity(event.iterations, unit)}`);
          break;
        }
        case 'study-started': {
          const before = event.finished === 0 ? '' : `; ${event.finished} done before`;
          note(`${quantity(event.trials, 'trial')} in ${quantity(rounds, 'round')}${before}`);
          break;
        }
        case 'round-started':
          rewards = [];
          break;
        case 'trial-finished': {
          const { trial, best, front = [], secondsLeft } = event;
          left = secondsLeft;
          if (trial.outcome.status !== 'complete') break;
          rewards.push(trial.outcome.reward);
          if (front.length > 0) {
            if (front.some(({ number }) => number === trial.number))
              note(`${nameAndRound(trial, rounds)}: ${story.scoresOf(trial)}, on the front so far`);
            break;
          }
          if (best?.number !== trial.number) break;
          note(`${nameAndRound(trial, rounds)}: ${metric} ${rewardOf(trial)}, the best so far`);
          break;
        }
        case 'round-finished': {
          const mean =
            rewards.length === 0 ? '' : `mean ${metric} ${percent(rewards.reduce((a, b) => a + b) / rewards.length)}, `;
          const { front = [] } = event;
          const best =
            front.length === 0
              ? `${mean}best ${rewardOf(event.best)}`
              : `${quantity(front.length, 'loss', 'losses')} on the front`;
          note(`round ${event.round + 1}/${rounds} done: ${best}, ${timeLeft(left)} ${leftOf}`);
          break;
        }
        default:
      }
    },
    note,
    stop: () => {},
  };
}
