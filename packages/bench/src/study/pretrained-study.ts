import { relative, resolve } from 'node:path';
import { comparisonMarkdown, lead, worth } from './markdown-table.ts';
import {
  FOUND_SMALL,
  PRETRAINED_METRICS,
  PRETRAINED_RATES,
  PRETRAINED_RIVALS,
  PRETRAINED_SETTINGS,
  type PretrainedSetting,
} from './pretrained-settings.ts';
import { compared, metricFields, searched, studyConfig, type Write } from './steps.ts';
import { PUBLISHED, SEEDS } from './study-settings.ts';

/**
 * A pretrained network on three data sets: losses searched there, on kept features, and those found on a small network, against
 * the published curves and hand-made losses, all of them fine-tuning all weights. @returns Markdown.
 */
export async function pretrainedStudy(out: string, write: Write): Promise<string> {
  const parts: string[] = [];
  for (const [name, setting] of Object.entries(PRETRAINED_SETTINGS)) {
    parts.push(`## ${setting.title}`, '', await onOneDataSet(setting, resolve(out, 'pretrained', name), write), '');
  }
  return parts.join('\n').trimEnd();
}

async function onOneDataSet({ title, file, fields }: PretrainedSetting, out: string, write: Write): Promise<string> {
  const parts: string[] = [];
  for (const metric of PRETRAINED_METRICS) {
    const form = metric === 'miou' ? {} : { formula: 'miou' };
    write(`${title}: searching a loss for ${metric}`);
    const search = await searched(
      await studyConfig({ ...metricFields(metric), ...fields, ...form }, file),
      resolve(out, 'searches', metric),
      write,
    );
    const { found, failure } = search.result;
    if (found === undefined) throw failure ?? new Error(`the search for ${metric} was interrupted`);
    const here = relative(process.cwd(), found.path);
    const small = FOUND_SMALL[metric] as string;
    const names = { [here]: `found for ${metric} here`, [small]: `found for ${metric} on a small network` };
    const published = PUBLISHED.includes(metric) ? [`published:${metric}`] : [];
    write(`${title}: comparing it by ${metric}`);
    const { result, minutes } = await compared(
      await studyConfig({ ...metricFields(metric), ...fields }, file),
      {
        losses: [here, small, ...published, ...PRETRAINED_RIVALS],
        learningRates: PRETRAINED_RATES,
        seeds: SEEDS,
        // Networks are kept by what they were trained with: the other metrics' comparisons find them again.
        out: resolve(out, 'networks'),
      },
      write,
    );
    const { mean, interval } = worth(found.winner);
    parts.push(
      `### By ${metric}`,
      '',
      comparisonMarkdown(result, names),
      '',
      `The search: reward ${mean}, 95 % interval ${interval}; ${search.minutes.toFixed(0)} core-minutes. Networks of the table: ${minutes.toFixed(0)} core-minutes.`,
      '',
      ...[here, small].map((own) => {
        const others = result.losses.filter(({ loss }) => loss === own || ![here, small].includes(loss));
        return `${names[own]}: ${lead({ ...result, losses: others }, own)}.\n`;
      }),
    );
  }
  return parts.join('\n').trimEnd();
}
