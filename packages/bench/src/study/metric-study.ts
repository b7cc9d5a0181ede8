import { relative, resolve } from 'node:path';
import { comparisonMarkdown, lead, worth } from './markdown-table.ts';
import { compared, metricFields, searched, studyConfig, type Write } from './steps.ts';
import { LEARNING_RATES, PUBLISHED, RIVALS, SEEDS } from './study-settings.ts';

/**
 * The found loss of a metric against the published curves and the hand-made losses: each with the learning rate that is best
 * for it on held-out training images, several seeds, all metrics on val.
 * @returns Markdown.
 */
export async function metricStudy(metric: string, out: string, write: Write): Promise<string> {
  const loaded = await studyConfig(metricFields(metric));
  write(`Searching a loss for ${metric}`);
  const search = await searched(loaded, resolve(out, 'searches', metric), write);
  const { found } = search.result;
  if (found === undefined) throw new Error(`the search for ${metric} was interrupted`);
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
  const { mean, interval } = worth(found.winner);
  return [
    comparisonMarkdown(result, { [loss]: `found for ${metric}` }),
    '',
    `Search: reward ${mean}, 95 % interval ${interval}; ${search.minutes.toFixed(0)} core-minutes. ` +
      `Networks of the table: ${minutes.toFixed(0)} core-minutes.`,
    '',
    `On ${metric}, ${lead(result, loss)}.`,
  ].join('\n');
}
