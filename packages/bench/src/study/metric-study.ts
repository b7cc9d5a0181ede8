import { relative, resolve } from 'node:path';
import { comparisonMarkdown, lead, worth } from './markdown-table.ts';
import { compared, metricFields, searched, studyConfig, type Write } from './steps.ts';
import { LEARNING_RATES, PUBLISHED, RIVALS, SEEDS, searchesFor } from './study-settings.ts';

/**
 * What searches found for a metric against the published curves and the hand-made losses: each with the learning rate that is
 * best for it on held-out training images, several seeds, all metrics on val.
 * @returns Markdown.
 */
export async function metricStudy(metric: string, out: string, write: Write): Promise<string> {
  const names: Record<string, string> = {};
  const sentences: string[] = [];
  for (const [name, { words, fields }] of Object.entries(searchesFor(metric))) {
    write(`Searching a loss for ${metric}: ${name}`);
    const loaded = await studyConfig({ ...metricFields(metric), ...fields });
    const { result, minutes } = await searched(loaded, resolve(out, 'searches', name), write);
    if (result.found === undefined) throw result.failure ?? new Error(`the search ${name} was interrupted`);
    names[relative(process.cwd(), result.found.path)] = words;
    const { mean, interval } = worth(result.found.winner);
    sentences.push(`${words}: reward ${mean}, 95 % interval ${interval}; ${minutes.toFixed(0)} core-minutes.`);
  }
  const found = Object.keys(names);
  const published = PUBLISHED.includes(metric) ? [`published:${metric}`] : [];
  write(`Comparing ${found.length === 1 ? 'it' : 'them'}`);
  const { result, minutes } = await compared(
    await studyConfig(metricFields(metric)),
    {
      losses: [...found, ...published, ...RIVALS],
      learningRates: LEARNING_RATES,
      seeds: SEEDS,
      out: resolve(out, 'networks'),
    },
    write,
  );
  const { losses, metrics } = result;
  const rivals = losses.filter(({ loss }) => !found.includes(loss));
  const verdicts = losses
    .filter(({ loss }) => found.includes(loss))
    .map((own) => `${names[own.loss]}: ${lead({ losses: [own, ...rivals], metrics }, own.loss)}.`);
  return [
    comparisonMarkdown(result, names),
    '',
    ...sentences,
    `Networks of the table: ${minutes.toFixed(0)} core-minutes.`,
    '',
    verdicts.join('\n\n'),
  ].join('\n');
}
