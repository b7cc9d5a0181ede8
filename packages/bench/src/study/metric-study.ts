import { relative, resolve } from 'node:path';
import type { SearchResult } from '@auto-seg-loss/runtime';
import { comparisonMarkdown, lead, worth } from './markdown-table.ts';
import { compared, metricFields, searched, studyConfig, type Write } from './steps.ts';
import { LEARNING_RATES, PUBLISHED, RIVALS, SEEDS, searchesFor } from './study-settings.ts';

/**
 * The found loss of a metric against the published curves and the hand-made losses: each with the learning rate that is best
 * for it on held-out training images, several seeds, all metrics on val.
 * @returns Markdown.
 */
export async function metricStudy(metric: string, out: string, write: Write): Promise<string> {
  const loaded = await studyConfig(metricFields(metric));
  const searches = await searchedInTurn(metric, out, write);
  const [{ found }] = searches;
  const loss = relative(process.cwd(), found.path);
  const published = PUBLISHED.includes(metric) ? [`published:${metric}`] : [];
  write(`Comparing it`);
  const { result, minutes } = await compared(
    loaded,
    {
      losses: [loss, ...published, ...RIVALS],
      learningRates: LEARNING_RATES,
      seeds: SEEDS,
      out: resolve(out, 'networks'),
    },
    write,
  );
  return [
    comparisonMarkdown(result, { [loss]: `found for ${metric}` }),
    '',
    ...searches.map(sentence),
    `Networks of the table: ${minutes.toFixed(0)} core-minutes.`,
    '',
    `On ${metric}, ${lead(result, loss)}.`,
  ].join('\n');
}

interface Search {
  readonly name: string;
  readonly found: NonNullable<SearchResult['found']>;
  /** The mean of its rewards in new rounds. */
  readonly reward: number;
  readonly minutes: number;
}

function sentence({ name, found, minutes }: Search): string {
  const { mean, interval } = worth(found.winner);
  return `Search ${name}: reward ${mean}, 95 % interval ${interval}; ${minutes.toFixed(0)} core-minutes.`;
}

/** @returns the searches for a metric, the one with the best reward first. */
async function searchedInTurn(metric: string, out: string, write: Write): Promise<readonly [Search, ...Search[]]> {
  const searches: Search[] = [];
  for (const [name, fields] of Object.entries(searchesFor(metric))) {
    write(`Searching a loss for ${metric}: ${name}`);
    const loaded = await studyConfig({ ...metricFields(metric), ...fields });
    const { result, minutes } = await searched(loaded, resolve(out, 'searches', name), write);
    const { found } = result;
    if (found === undefined) throw new Error(`the search ${name} was interrupted`);
    const { rewards } = found.winner;
    searches.push({ name, found, reward: rewards.reduce((sum, one) => sum + one, 0) / rewards.length, minutes });
  }
  return searches.toSorted((a, b) => b.reward - a.reward) as [Search, ...Search[]];
}
