/** What the studies are made with; each is a search and comparisons on real images, at a size that two cores finish in hours. */

/** The seven metrics, each as a config names it. */
export const METRICS: Readonly<Record<string, unknown>> = {
  miou: 'miou',
  fwiou: 'fwiou',
  macc: 'macc',
  gacc: 'gacc',
  biou: { use: 'biou', tolerance: 1 },
  bf1: { use: 'bf1', tolerance: 1 },
  dice: 'dice',
};

/** Hand-made losses, as `--losses` names them. */
export const RIVALS: readonly string[] = [
  'cross-entropy',
  'weighted-cross-entropy',
  'dpce',
  'ssim',
  'focal',
  'dice',
  'lovasz',
  'jdt',
  'cross-entropy+dice',
];

/** Curves were published for these. */
export const PUBLISHED: readonly string[] = ['miou', 'fwiou', 'macc', 'gacc', 'biou', 'bf1'];

/** Wide enough that no loss does best with the first or the last. */
export const LEARNING_RATES: readonly number[] = [0.008, 0.02, 0.05, 0.12, 0.3, 0.7];
export const SEEDS = 5;

const augment = { scale: [1, 1], flip: true, photometric: 0 };

/** Network, proxy task and training of all studies on CamVid. */
export const BASE: Readonly<Record<string, unknown>> = {
  network: { use: 'deeplab-lite', width: 16 },
  searcher: { use: 'cma-es', rounds: 16, samples: 12 },
  proxy: { size: [48, 72], batchSize: 12, iterations: 100, learningRate: 0.2, augment, warmStart: null },
  reevaluation: { candidates: 6, repeats: 3, confirm: 5 },
  training: { size: [48, 72], batchSize: 12, iterations: 300, learningRate: 0.05, augment },
};

/** mIoU's curves, rewarded by another metric; with the searcher that the bench of searches has found to be the cheapest. */
const AS_MIOU: Readonly<Record<string, unknown>> = {
  formula: 'miou',
  searcher: {
    use: 'sequence',
    searchers: [{ use: 'gradient' }, { use: 'cma-es', rounds: 16, samples: 6, preselection: 10 }],
  },
};

/** A search: what its loss is called in tables, and what it changes of the base. */
interface StudySearch {
  readonly words: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The searches for a metric, by their folders. */
export function searchesFor(metric: string): Readonly<Record<string, StudySearch>> {
  const own = { words: `found for ${metric}`, fields: {} };
  if (metric === 'miou') return { miou: own };
  return { [metric]: own, [`${metric}-as-miou`]: { words: `found for ${metric} in mIoU’s form`, fields: AS_MIOU } };
}

/** Where the images are. */
export const CAMVID = 'docs/examples/camvid-miou.json';
