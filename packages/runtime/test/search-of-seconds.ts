export const SIZE = [32, 32];
/** A search of seconds. */
export const CONFIG = {
  metric: 'miou',
  workers: 1,
  searcher: { use: 'ppo', rounds: 2, samples: 3 },
  dataset: { use: 'scenes', size: SIZE, train: 6, val: 2 },
  network: { use: 'deeplab-lite', width: 4, rates: [1] },
  proxy: {
    size: SIZE,
    batchSize: 2,
    iterations: 4,
    learningRate: 0.2,
    warmStart: { size: SIZE, batchSize: 2, iterations: 12 },
  },
  reevaluation: { candidates: 1, repeats: 2, confirm: 2 },
  training: { size: SIZE, batchSize: 2, iterations: 3 },
};
