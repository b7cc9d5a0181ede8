import { relative } from 'node:path';
import { AslError, aslCommand, type Metric } from '@auto-seg-loss/kernel';
import { type FinishedTrial, isCandidate, rewardOf, type TrialRecord } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import { quoted } from '../inspection/wording.ts';
import { moreRounds } from './more-rounds.ts';

/** What a trial's metrics are stored as, as far as it matters here. */
type Scores = Readonly<Record<string, { readonly perClass: readonly (number | null)[] }>>;

/**
 * The error of a search whose rewards do not tell its losses apart: to name one of them would be to draw lots.
 * @param trials of the searcher. @param going the folder of the run, and the flags that it needs to go on.
 */
export async function noSignal(
  run: Run,
  trials: readonly TrialRecord[],
  going: { readonly folder: string; readonly needsAllowCode: boolean },
): Promise<AslError> {
  const scored = trials.filter((trial): trial is FinishedTrial => isCandidate(trial));
  const metrics = await run.searched;
  const { classes } = await run.dataset;
  const others = trials.length - scored.length;
  const guards = scored.every(({ outcome }) => rewardOf(outcome) === 0) ? await run.guards : [];
  return new AslError('ASL_SEARCH_FAILED', 'no signal: rewards do not differ between losses, so no loss is named', {
    where: going.folder,
    expected: 'losses whose networks score differently in the proxy task',
    received: [
      rewardsOf(metrics, scored),
      ...missedClasses(metrics, classes, scored),
      ...(others > 0 ? [`${others} more failed, stopped early or learned their loss on the way`] : []),
    ].join('; '),
    remedy: `${newSearch(run, guards)}. ${goOn(run, going)}`,
  });
}

function rewardsOf(metrics: readonly Metric[], scored: readonly FinishedTrial[]): string {
  const name = metrics.map((metric) => metric.name).join(' and ');
  const values = [...new Set(scored.map(({ outcome }) => `${(100 * rewardOf(outcome)).toFixed(2)} %`))];
  if (values.length === 1) return `all ${scored.length} trials had the same reward, ${values[0]} (${name})`;
  return `${scored.length} trials, those of a round with equal rewards (${name} ${values.slice(0, 4).join(', ')})`;
}

/** Classes that are there, and of which no network got a pixel right. */
function missedClasses(
  metrics: readonly Metric[],
  classes: readonly string[],
  scored: readonly FinishedTrial[],
): readonly string[] {
  const all = scored.flatMap(({ outcome }) => {
    const scores = outcome.status === 'failed' ? null : (outcome.metrics as unknown as Scores | null);
    return metrics.flatMap(({ name }) => (scores?.[name] === undefined ? [] : [scores[name].perClass]));
  });
  const missed = classes.filter((_, index) => all.length > 0 && all.every((perClass) => perClass[index] === 0));
  if (missed.length === 0) return [];
  return [`${quoted(missed, 8)} ${missed.length === 1 ? 'was' : 'were'} never predicted right by any network`];
}

function newSearch({ config }: Run, guards: readonly Metric[]): string {
  const { iterations, warmStart } = config.proxy;
  // The reward of what breaks a guard by far is 0, whatever the metric.
  if (guards.length > 0) {
    const names = quoted(guards.map(({ name }) => name));
    return `begin a new search whose guards (${names}) let more through, or whose trials are longer (proxy.iterations, now ${iterations})`;
  }
  const start = warmStart === null ? ', or that begin from a warm start (proxy.warmStart)' : '';
  return `begin a new search with trials that are longer (proxy.iterations, now ${iterations}) or larger (proxy.size)${start}`;
}

function goOn(
  { config }: Run,
  { folder, needsAllowCode }: { readonly folder: string; readonly needsAllowCode: boolean },
): string {
  const more = moreRounds(config.searcher);
  if (more === undefined) return 'These trials are kept';
  const words = ['--resume', relative(process.cwd(), folder) || '.', '--set', more];
  return `These trials are kept; more rounds of them: ${aslCommand('search', ...words, ...(needsAllowCode ? ['--allow-code'] : []))}`;
}
