/** Settings of a training that ends at once. */
export const short = { size: [32, 32], batchSize: 2, iterations: 2 };
const trial = { ...short, iterations: 4, learningRate: 0.2, warmStart: { ...short, iterations: 12 } };
/** The smallest search that goes through everything: 2 rounds of 3 trials, just long enough that their rewards differ. */
export const smallestSearch = {
  metric: 'miou',
  workers: 2,
  searcher: { use: 'ppo', rounds: 2, samples: 3 },
  dataset: { use: 'scenes', size: [32, 32], train: 8, val: 2 },
  network: { use: 'deeplab-lite', width: 4 },
  proxy: trial,
  training: short,
  report: { metrics: ['gacc'] },
};
