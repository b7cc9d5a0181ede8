import { relative } from 'node:path';
import type { SearchPlan } from '@auto-seg-loss/runtime';
import { alignColumns } from '../terminal/columns.ts';
import { plannedText } from '../terminal/planned-text.ts';
import { quantity } from '../terminal/quantity.ts';
import { roughDuration } from '../terminal/rough-duration.ts';

/** What a search would do and cost, for people. */
export function planText(plan: SearchPlan): string {
  const { engine, data, network, workers, trials, time, disk, memory, metric, formula, searchSpace } = plan;
  const own = formula === metric ? '' : `, in the form of ${formula}`;
  const relaxed = searchSpace === null ? own : `, in the form of the loss ${searchSpace}`;
  const [height, width] = plan.size;
  const rows = [
    ['searches', `a loss for ${metric}${relaxed}, with ${plan.searcher}`],
    ['space', spaceText(plan)],
    ['into', relative(process.cwd(), plan.folder) || '.'],
    ['engine', `${engine.engine} (${engine.device}, ${engine.libraryVersion}), ${quantity(workers, 'worker')}`],
    [
      'data',
      `${data.dataset}: ${quantity(data.classes, 'class', 'classes')}; ${quantity(data.train, 'image')} to train on, ${data.reward} for the reward${data.folds === null ? '' : `, in ${data.folds} folds by turns`}; ${data.val} of val, which no search reads`,
    ],
    [
      'network',
      `${network.name}: ${network.values.toLocaleString('en')} values, of which a trial trains ${network.parameters.toLocaleString('en')}`,
    ],
    [
      'rounds',
      `${plan.rounds}, of ${trials.searched} trials together${trials.descents === 0 ? '' : `, in ${trials.descents} of which the loss itself is learned`}`,
    ],
    [
      'a trial',
      `${quantity(plan.iterations, 'iteration')} of ${quantity(plan.batchSize, 'image')} of ${height} × ${width} pixels${pruningText(plan)}`,
    ],
    [
      'in all',
      plannedText({
        type: 'trainings-planned',
        ...trials,
        warmStart: plan.warmStart,
        folds: data.folds,
        reference: plan.reference,
        iterations: plan.iterations,
        pruned: plan.pruning !== null,
      }),
    ],
    ['measured', measuredText(plan)],
    ['time', timeText(plan)],
    ['core time', rangeText(time.least.core, time.most.core)],
    ['memory', `about ${bytes(memory.needed)}; ${bytes(memory.available)} are free`],
    ['disk', `about ${bytes(disk.needed)}; ${bytes(disk.free)} are free`],
  ];
  return [
    ...alignColumns(rows),
    '',
    ...plan.weights,
    ...plan.prior,
    ...plan.warnings.map((warning) => `Warning: ${warning}`),
    'Nothing was searched, and nothing is kept.',
  ].join('\n');
}

/** Names of coordinates by their first word: those of curves are many. */
function spaceText({ coordinates, rivals }: SearchPlan): string {
  const ofCurves = coordinates.filter((name) => /^\S+ \d+$/.test(name) && !name.startsWith('weight '));
  const others = coordinates.filter((name) => !ofCurves.includes(name));
  if (others.length === 0) return `${quantity(ofCurves.length, 'coordinate')} of curves`;
  const parts = [...(ofCurves.length === 0 ? [] : [`${ofCurves.length} of curves`]), ...others];
  const beside = rivals.length === 0 ? '' : `; beside the finalists, ${rivals.join(', ')} alone`;
  return `${quantity(coordinates.length, 'coordinate')}: ${parts.join(', ')}${beside}`;
}

function pruningText({ pruning }: SearchPlan): string {
  if (pruning === null) return '';
  const rungs = pruning.rungs.map((share) => `${Math.round(100 * share)} %`).join(', ');
  return `, judged at ${rungs} (${pruning.rule})`;
}

function measuredText({ measured, warmStart }: SearchPlan): string {
  const { trial, workers, descent } = measured;
  return [
    `${seconds(trial.iteration)} an iteration, over the first ${trial.iterations} of a trial in ${workers === 1 ? 'the worker' : `each of ${workers} workers at once`}`,
    ...(descent === null ? [] : [`${seconds(descent)} where the loss is learned`]),
    ...(warmStart === 0 || measured.warmStart === null
      ? []
      : [`${seconds(measured.warmStart)} of the network that trials start from`]),
    `${seconds(trial.scoring)} to score a network`,
    `${seconds(measured.preparing)} to read the data`,
  ].join('; ');
}

function timeText({ time, pruning }: SearchPlan): string {
  const range = rangeText(time.least.seconds, time.most.seconds);
  const why = pruning?.rule === 'median' ? ', by how many trials are stopped early' : '';
  return `${range}${why}; on a machine that does nothing else, if no training fails`;
}

function rangeText(least: number, most: number): string {
  const [low, high] = [roughDuration(least), roughDuration(most)];
  return low === high ? low : `${low} to ${high.replace(/^about /, '')}`;
}

function seconds(value: number): string {
  return value < 1 ? `${(1000 * value).toFixed(value < 0.01 ? 1 : 0)} ms` : `${value.toFixed(1)} s`;
}

const UNITS = ['kB', 'MB', 'GB', 'TB'];

function bytes(count: number): string {
  const power = Math.min(UNITS.length, Math.max(1, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  const value = count / 1000 ** power;
  return `${value === 0 ? '0' : value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[power - 1]}`;
}
