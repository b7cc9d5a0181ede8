import { relative, resolve } from 'node:path';
import { comparisonMarkdown, worth } from './markdown-table.ts';
import { compared, metricFields, searched, studyConfig, type Write } from './steps.ts';

/** What of the search space is changed. */
const VARIANTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'as it is: Bézier, 2 pieces, both constraints': {},
  'without the truth table': { constraints: ['monotonicity'] },
  'without monotonicity': { constraints: ['truth-table'] },
  'without constraints': { constraints: [] },
  'Bézier, 1 piece': { surrogate: { use: 'bezier', pieces: 1 } },
  'Bézier, 3 pieces': { surrogate: { use: 'bezier', pieces: 3 } },
  'linear, 4 pieces (3 knots)': { surrogate: { use: 'linear', knots: 3 } },
};

/** Shorter than the search that the tables of metrics name: seven of them take their time. */
const SEARCHER = { use: 'cma-es', rounds: 6, samples: 12 };
const LEARNING_RATE = 0.3;
const SEEDS = 5;

/** Losses found for mIoU in other search spaces. @returns Markdown. */
export async function ablationStudy(out: string, write: Write): Promise<string> {
  const names: Record<string, string> = {};
  const rewards: string[] = [];
  for (const [name, set] of Object.entries(VARIANTS)) {
    write(`Searching: ${name}`);
    const { result } = await searched(
      await studyConfig({ ...metricFields('miou'), searcher: SEARCHER, ...set }),
      resolve(out, 'ablation', name.replaceAll(/[^a-z0-9]+/gi, '-')),
      write,
    );
    if (result.found === undefined) throw result.failure ?? new Error('the search was interrupted');
    const { path, winner } = result.found;
    names[relative(process.cwd(), path)] = name;
    const failed = result.trials.filter(({ outcome }) => outcome?.status === 'failed').length;
    const { mean, interval } = worth(winner);
    rewards.push(`| ${name} | ${mean} | ${interval} | ${failed} of ${result.trials.length} |`);
  }
  const { result } = await compared(
    await studyConfig({ ...metricFields('miou'), 'training.learningRate': LEARNING_RATE }),
    { losses: Object.keys(names), seeds: SEEDS, out: resolve(out, 'networks') },
    write,
  );
  return [
    'What the searches themselves reached, in new rounds of the proxy task:',
    '',
    '| search space | reward | 95 % interval | trials that failed |',
    '| --- | ---: | ---: | ---: |',
    ...rewards,
    '',
    'Networks trained with the found losses, on val:',
    '',
    comparisonMarkdown(result, names),
  ].join('\n');
}
