import { join } from 'node:path';
import { renderPng, searchPicture } from '@auto-seg-loss/report';
import { reportedTrials } from '@auto-seg-loss/report/trials';
import {
  type FoundFront,
  openSearchedLoss,
  pluginContext,
  type SearchResult,
  searchesTerms,
  termsText,
  writeFile,
} from '@auto-seg-loss/runtime';
import { candidateScores } from '@auto-seg-loss/study';
import { quantity } from '../terminal/quantity.ts';
import { winnerText } from './winner-text.ts';

/** The files of a report. */
export interface SearchReport {
  readonly svg: string;
  readonly png: string;
}

/** Draws a finished search into its run folder. Equal searches give equal files. */
export async function writeSearchReport(result: SearchResult): Promise<SearchReport> {
  const { found, config, metric } = result;
  if (found === undefined) throw new TypeError('a finished search has found a loss');
  // What it names, this search has run already.
  const context = pluginContext(result.baseDir, { allowCode: true, packagesFrom: result.packagesFrom });
  // A loss may be hand-made terms alone, whose weights and options were searched.
  const hasCurves = found.loss.terms.some((term) => 'curves' in term);
  const opened = hasCurves ? await openSearchedLoss(found.path, { context }) : undefined;
  const trials = reportedTrials(result.trials);
  const { winner } = found;
  const rounds = new Set(trials.map(({ round }) => round)).size;
  const svg = searchPicture({
    title: `${result.front === undefined ? 'Loss' : 'Losses'} found for ${metric}`,
    subtitle: [
      ...(opened === undefined || opened.metric.name === metric ? [] : [`relaxes ${opened.metric.name}`]),
      ...(searchesTerms(config) ? [termsText(found.loss.terms, config)] : []),
      `${config.searcher.use}, seed ${config.seed}`,
      `${quantity(trials.length, 'trial')} in ${quantity(rounds, 'round')}`,
      result.front === undefined ? `${metric} ${winnerText(winner)}` : winnerText(winner),
    ].join(' · '),
    metric,
    curves: (opened?.curves ?? []).map((curve, index) => ({ name: opened?.term.curves[index]?.name ?? '', curve })),
    trials,
    found: winner.trial === null ? null : winner.trial.number + 1,
    ...(result.front === undefined ? {} : { front: frontPicture(result, result.front) }),
  });
  const report = { svg: join(result.folder, 'report.svg'), png: join(result.folder, 'report.png') };
  await writeFile(report.svg, svg);
  await writeFile(report.png, renderPng(svg));
  return report;
}

function frontPicture(
  { trials }: SearchResult,
  { metrics, points, knee }: FoundFront,
): NonNullable<Parameters<typeof searchPicture>[0]['front']> {
  return {
    metrics,
    trials: trials.flatMap((trial) => {
      const scores = candidateScores(trial);
      return scores === null ? [] : [scores];
    }),
    front: points.map(({ winner }) => (winner.scores ?? []).map(({ mean }) => mean)),
    knee,
  };
}
