import { relative } from 'node:path';
import type { RunWords } from '@auto-seg-loss/dashboard';
import { aslCommand } from '@auto-seg-loss/kernel';
import type { Doing, RunStatus, SearchProgress, TrainingsProgress } from '@auto-seg-loss/runtime';
import { alignColumns } from '../terminal/columns.ts';
import { formatDuration } from '../terminal/duration.ts';
import { quantity } from '../terminal/quantity.ts';
import { roughDuration } from '../terminal/rough-duration.ts';

type Facts = RunWords['facts'];

/** A run on this machine says at least every few seconds that it goes on. */
const SILENT_S = 60;

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** How a run stands, for people. @param now milliseconds of the time of day. */
export function statusText(status: RunStatus, now: number = Date.now()): string {
  const { facts, doing, subject } = statusWords(status, now);
  const run = `${subject} (${relative(process.cwd(), status.folder) || '.'})`;
  return [...alignColumns([['run', run], ...facts]), ...doing.map((line) => `  ${line}`)].join('\n');
}

/** The same in parts. */
export function statusWords(status: RunStatus, now: number = Date.now()): RunWords {
  const { of, progress, doing, waiting, coreHours, workers } = status;
  const facts: (readonly [string, string])[] = [
    ['state', stateText(status, now)],
    ...(of.dataset === null
      ? []
      : [['on', [of.dataset, of.network].filter((name) => name !== null).join(', ')] as const]),
    ...preparingRows(status),
    ...(progress.kind === 'search' ? searchRows(progress) : trainingsRows(progress)),
    ['spent', `${quantityOfHours(coreHours)}, in one thread each`],
    ...leftRows(status),
    ...(workers === null || status.state !== 'running' ? [] : [['workers', String(workers)] as const]),
  ];
  return {
    subject: subjectText(status),
    state: stateText(status, now),
    progress:
      progress.kind === 'search'
        ? `${ofAll(progress.trials.finished, progress.trials.planned)} trials`
        : `${ofAll(progress.networks.done, progress.networks.planned)} networks`,
    best: bestInShort(progress),
    left: status.state === 'finished' ? '' : leftText(status),
    facts,
    doing: [...doing.map((one) => doingText(one, now)), ...waitingText(waiting)],
  };
}

function bestInShort(progress: RunStatus['progress']): string {
  const { best } = progress;
  if (progress.kind === 'search' && progress.front !== null) {
    const { losses, knee } = progress.front;
    const scores = losses[knee - 1]?.scores.map((score) => (100 * score).toFixed(2)) ?? [];
    return `front of ${losses.length}, knee ${scores.join(' and ')} %`;
  }
  if (best === null) return '';
  if ('loss' in best) return `${best.loss}, ${percent(best.mean)}`;
  const [low, high] = best.interval ?? [];
  const interval = low === undefined || high === undefined ? '' : ` (${(100 * low).toFixed(2)} to ${percent(high)})`;
  return `${percent(best.reward)}${interval}`;
}

function subjectText({ kind, metric, of }: RunStatus): string {
  if (kind === 'search') return `search for ${metric}${of.searcher === null ? '' : ` with ${of.searcher}`}`;
  return kind === 'comparison' ? 'comparison of losses' : 'training of a network';
}

function stateText({ state, error, killed, process, running }: RunStatus, now: number): string {
  switch (state) {
    case 'running': {
      if (running === null || process === null) {
        const who = process === null ? '' : `, process ${process.pid} on ${process.host}`;
        return `running${who}, which has the run's lock and does not say what it does`;
      }
      const since = formatDuration(secondsSince(running.since, now));
      const silent = secondsSince(running.heard, now);
      const heard = silent < SILENT_S ? '' : `; not heard of for ${formatDuration(silent)}`;
      return `running for ${since}, process ${process.pid} on ${process.host}${heard}`;
    }
    case 'stopped':
      return killed ? 'stopped: its process ended without a word' : 'stopped';
    case 'failed':
      return `failed: ${error?.code == null ? '' : `${error.code}: `}${error?.message ?? ''}`;
    case 'finished':
      return 'finished';
  }
}

const PREPARING: Readonly<Record<string, string>> = {
  inspection: 'looking at the training images',
  'warm-start': 'training the network that all trials start from',
  reference: 'measuring what cross-entropy reaches',
  'learning-rates': 'finding the learning rate of each loss',
};

function preparingRows({ preparing }: RunStatus): Facts {
  if (preparing === null) return [];
  const { job, done, of } = preparing;
  return [['now', `${PREPARING[job] ?? job}, ${done} of ${of}`]];
}

function searchRows({ rounds, trials, again, best, front }: SearchProgress): Facts {
  const parts = [
    ...(trials.pruned === 0 ? [] : [`${trials.pruned} stopped early`]),
    ...(trials.failed === 0 ? [] : [`${trials.failed} failed`]),
  ];
  const detail = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  return [
    ['rounds', ofAll(rounds.done, rounds.planned)],
    ['trials', `${ofAll(trials.finished, trials.planned)}${detail}`],
    ...(again.done === 0 ? [] : [['again', `${ofAll(again.done, again.planned)} new trainings of the best`] as const]),
    ...(front === null ? [['best', bestText(best)] as const] : frontRows(front)),
  ];
}

/** A line for each loss of a front. */
function frontRows({ metrics, losses, knee, hypervolume, again }: NonNullable<SearchProgress['front']>): Facts {
  const chosen = again ? 'means of new trainings by which they are chosen' : 'chosen by it, so too good to be true';
  return [
    ['front', `${quantity(losses.length, 'loss', 'losses')}, hypervolume ${percent(hypervolume)}; ${chosen}`],
    ...losses.map(({ round, trial, scores }, place) => {
      const worth = scores.map((score, axis) => `${metrics[axis] ?? ''} ${percent(score)}`).join(', ');
      const name = place + 1 === knee ? 'knee' : `loss ${place + 1}`;
      const from = trial === null ? 'a hand-made loss' : `round ${round}, trial ${trial}`;
      return [name, `${worth} (${from})`] as const;
    }),
  ];
}

function bestText(best: SearchProgress['best']): string {
  if (best === null) return 'none yet';
  const untried = best.rival === null ? "the searcher's recommendation" : `the hand-made loss ${best.rival}`;
  const place = best.trial === null ? untried : `round ${best.round}, trial ${best.trial}`;
  const reward = percent(best.reward);
  const interval =
    best.interval === null
      ? ''
      : `, 95 % interval ${best.interval.map((end) => (100 * end).toFixed(2)).join(' to ')} %`;
  switch (best.from) {
    case 'chosen':
      return `${reward} (${place}), chosen by it, so too good to be true; not tried again yet`;
    case 'repeats':
      return `${reward}${interval}, over ${quantity(best.trainings, 'new training')} by which it is chosen (${place})`;
    case 'new':
      return `${reward}${interval}, over ${quantity(best.trainings, 'new training')} (${place})`;
  }
}

function trainingsRows({ networks, best, losses }: TrainingsProgress): Facts {
  const failed = networks.failed === 0 ? '' : ` (${networks.failed} failed)`;
  const deviation = best?.deviation == null ? '' : ` ± ${(100 * best.deviation).toFixed(2)}`;
  return [
    ['networks', `${ofAll(networks.done, networks.planned)}${failed}`],
    ...(losses.length === 0 ? [] : [['losses', losses.join(', ')] as const]),
    [
      'best',
      best === null
        ? 'none yet'
        : `${best.loss}: ${(100 * best.mean).toFixed(2)}${deviation} %, ${quantity(best.networks, 'network')}`,
    ],
  ];
}

function ofAll(done: number, planned: number | null): string {
  return planned === null ? String(done) : `${done} of ${planned}`;
}

function quantityOfHours(hours: number): string {
  return hours < 1 ? `${(60 * hours).toFixed(1)} core minutes` : `${hours.toFixed(2)} core hours`;
}

function leftText({ secondsLeft }: RunStatus): string {
  return secondsLeft === null ? 'not known yet' : roughDuration(secondsLeft);
}

function leftRows(status: RunStatus): Facts {
  const { state, kind, folder } = status;
  if (state === 'finished') return [];
  const time = leftText(status);
  if (state === 'running') return [['left', time]];
  const place = relative(process.cwd(), folder) || '.';
  const how = kind === 'search' ? aslCommand('search', '--resume', place) : 'the same command with the same --out';
  return [
    ['left', time],
    ['to go on', how],
  ];
}

function doingText({ worker, trial, round, loss, seed, since, iterations, until }: Doing, now: number): string {
  const what = trial === null ? `${loss ?? 'a network'}, seed ${seed ?? '?'}` : `trial ${trial}, round ${round}`;
  if (worker === null) return `${what}: its worker is starting`;
  const far = iterations === null ? '' : `, iteration ${iterations} of ${until}`;
  return `${worker}: ${what}${far}, for ${formatDuration(secondsSince(since, now))}`;
}

function waitingText(waiting: number): readonly string[] {
  if (waiting === 0) return [];
  return [`${quantity(waiting, 'trial')} ${waiting === 1 ? 'waits for its turn' : 'wait for their turn'}`];
}

function secondsSince(time: string, now: number): number {
  return (now - Date.parse(time)) / 1000;
}
