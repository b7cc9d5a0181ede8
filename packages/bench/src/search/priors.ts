import { join } from 'node:path';
import { loadConfig } from '@auto-seg-loss/config';
import { resumeSearch, search } from '@auto-seg-loss/runtime';
import { isBegun } from '@auto-seg-loss/study';
import { PRIOR_SEARCHER, PRIORS, TASK } from './search-settings.ts';

/**
 * Searches what contenders learn from, once: on other data, for other metrics, in the form of the metric that is measured.
 * @param place the folder of a metric. @returns the folders of the searches.
 */
export async function searchPriors(
  place: string,
  metric: { readonly use?: unknown } | unknown,
  write: (line: string) => void,
): Promise<readonly string[]> {
  const { use } = metric as { readonly use: string };
  const folders: string[] = [];
  for (const prior of PRIORS[use] ?? []) {
    const folder = join(place, 'priors', prior.name);
    folders.push(folder);
    const config = {
      ...TASK,
      ...(prior.file === null ? { dataset: 'scenes' } : {}),
      metric: prior.metric,
      formula: metric,
      searcher: PRIOR_SEARCHER,
      seed: 1,
      'report.metrics': [],
    };
    const set = Object.entries(config).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
    const file = prior.file === null ? {} : { file: prior.file };
    const { best } = await (isBegun(folder)
      ? resumeSearch(folder)
      : search(await loadConfig({ cwd: process.cwd(), set, ...file }), { out: folder }));
    const reward = best?.outcome.status === 'complete' ? best.outcome.reward : 0;
    write(`  prior ${prior.name}, for ${String(prior.metric.use)}: ${(100 * reward).toFixed(2)} %`);
  }
  return folders;
}
