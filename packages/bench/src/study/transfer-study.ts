import { relative, resolve } from 'node:path';
import { comparisonMarkdown } from './markdown-table.ts';
import { compared, metricFields, studyConfig, type Write } from './steps.ts';
import { BASE, LEARNING_RATES } from './study-settings.ts';

const SEEDS = 3;
const RIVALS = ['published:miou', 'cross-entropy', 'lovasz'];
/** Where the setting has none of its own: between what cross-entropy and what the others do best with on CamVid. */
const LEARNING_RATE = 0.12;

interface Setting {
  readonly name: string;
  readonly set: Readonly<Record<string, unknown>>;
  /** A config of other images. */
  readonly file?: string;
}

const training = { ...(BASE.training as Readonly<Record<string, unknown>>), learningRate: LEARNING_RATE };

/** One thing is other than where the loss was found, in each. */
const SETTINGS: readonly Setting[] = [
  { name: 'larger images (72×108)', set: { training: { ...training, size: [72, 108] } } },
  { name: 'a wider network (32 in place of 16)', set: { network: { use: 'deeplab-lite', width: 32 } } },
  { name: 'batches of 3', set: { training: { ...training, batchSize: 3, iterations: 1200 } } },
  { name: 'batches of 24', set: { training: { ...training, batchSize: 24, iterations: 150 } } },
  ...LEARNING_RATES.map((learningRate) => ({
    name: `learning rate ${learningRate}, for all`,
    set: { training: { ...training, learningRate } },
  })),
  { name: 'nuclei', set: {}, file: 'docs/examples/nuclei.json' },
  { name: 'crackforest', set: {}, file: 'docs/examples/crackforest.json' },
];

/** The loss that was found for mIoU on CamVid, elsewhere. Its search must be done (`npm run study -- miou`). @returns Markdown. */
export async function transferStudy(out: string, write: Write): Promise<string> {
  const found = relative(process.cwd(), resolve(out, 'searches/miou/loss.json'));
  const names = { [found]: 'found for miou on CamVid' };
  const tables: string[] = [];
  for (const { name, set, file } of SETTINGS) {
    write(`Transfer: ${name}`);
    const loaded = await studyConfig({ ...metricFields('miou'), training, ...set }, file);
    const { result } = await compared(
      loaded,
      {
        losses: [found, ...RIVALS],
        seeds: SEEDS,
        out: resolve(out, 'transfer', name.replaceAll(/[^a-z0-9.]+/gi, '-')),
      },
      write,
    );
    tables.push(`### ${name}`, '', comparisonMarkdown(result, names), '');
  }
  return tables.join('\n').trimEnd();
}
