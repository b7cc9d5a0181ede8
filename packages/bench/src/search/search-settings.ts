/** A searcher as it is measured. */
export interface Contender {
  readonly name: string;
  /** What of the config is its own. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Whether it learns from the searches of `PRIORS`. */
  readonly hasPrior?: true;
}

/** PPO as published: 12 rounds of 32 samples. What the others are compared with. */
export const BASELINE: Contender = { name: 'ppo', config: { searcher: { use: 'ppo', rounds: 12, samples: 32 } } };

const HALVING = { rule: 'halving', rungs: [0.25, 0.5], keep: 0.5 };
const GRADIENT = { use: 'gradient' };
const CMA_ES = { use: 'cma-es', rounds: 12, samples: 12 };
/** Of ten draws each, the most promising is trained: fewer trials in a round, and more rounds. */
const PRESELECTION = { use: 'cma-es', rounds: 24, samples: 6, preselection: 10 };
/** A length scale for each parameter, and rounds as small as they may be: the process is fitted anew after each. */
const SCALES = { use: 'cma-es', rounds: 12, samples: 4, preselection: 30, scales: 'each' };
const SHORT_PPO = { use: 'ppo', rounds: 12, samples: 8 };

export const CONTENDERS: readonly Contender[] = [
  BASELINE,
  { name: 'random', config: { searcher: { use: 'random', rounds: 12, samples: 32 } } },
  { name: 'ppo+halving', config: { searcher: { use: 'ppo', rounds: 12, samples: 32 }, pruning: HALVING } },
  { name: 'cma-es', config: { searcher: CMA_ES } },
  { name: 'cma-es+halving', config: { searcher: CMA_ES, pruning: HALVING } },
  { name: 'gradient', config: { searcher: GRADIENT } },
  { name: 'gradient→ppo', config: { searcher: { use: 'sequence', searchers: [GRADIENT, SHORT_PPO] } } },
  { name: 'gradient→cma-es', config: { searcher: { use: 'sequence', searchers: [GRADIENT, CMA_ES] } } },
  { name: 'cma-es+preselection', config: { searcher: PRESELECTION } },
  { name: 'cma-es+preselection+mix', config: { searcher: PRESELECTION, mix: ['cross-entropy'] } },
  { name: 'cma-es+preselection+absent', config: { searcher: PRESELECTION, absent: 'search' } },
  {
    name: 'gradient→cma-es+preselection',
    config: { searcher: { use: 'sequence', searchers: [GRADIENT, { ...PRESELECTION, rounds: 12 }] } },
  },
  { name: 'cma-es+scales', config: { searcher: SCALES } },
  // Of its priors it takes the place where it starts, and nothing else.
  { name: 'cma-es with a prior', config: { searcher: { use: 'cma-es', rounds: 12, samples: 4 } }, hasPrior: true },
  { name: 'cma-es+scales with a prior', config: { searcher: SCALES }, hasPrior: true },
  { name: 'gradient with a prior', config: { searcher: GRADIENT }, hasPrior: true },
  { name: 'ppo with a prior', config: { searcher: SHORT_PPO }, hasPrior: true },
];

/** A search on other data, for another metric, whose curves are those of the metric that is measured. */
export interface PriorSearch {
  readonly name: string;
  /** Its data; null for the embedded scenes. */
  readonly file: string | null;
  readonly metric: Readonly<Record<string, unknown>>;
}

/** For each metric, what was searched before. */
export const PRIORS: Readonly<Record<string, readonly PriorSearch[]>> = {
  miou: priorSearches({ use: 'bf1', tolerance: 1 }),
  bf1: priorSearches({ use: 'miou' }),
};

function priorSearches(other: PriorSearch['metric']): readonly PriorSearch[] {
  return [
    { name: 'scenes', file: null, metric: { use: 'biou', tolerance: 1 } },
    { name: 'nuclei', file: 'docs/examples/nuclei.json', metric: { use: 'dice' } },
    { name: 'drive', file: 'docs/examples/drive.json', metric: other },
  ];
}

/** How priors were searched. */
export const PRIOR_SEARCHER = { use: 'cma-es', rounds: 16, samples: 6, preselection: 10 };

/** A small proxy task on CamVid, on which a whole search takes minutes. */
export const TASK: Readonly<Record<string, unknown>> = {
  network: { use: 'deeplab-lite', width: 16 },
  proxy: { size: [36, 48], batchSize: 8, iterations: 60, learningRate: 0.05, warmStart: null },
  reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
};

/** Of the baseline: 384 trials of 60 iterations with 8 images. */
export const BASELINE_IMAGES: number = 12 * 32 * 60 * 8;

export const METRICS: Readonly<Record<string, unknown>> = {
  miou: { use: 'miou' },
  bf1: { use: 'bf1', tolerance: 1 },
};
