// Mutation testing of the code that everything else rests on: `npm run mutate`, or of one file
// `npm run mutate -- --mutate packages/kernel/src/shares.ts`.
export default {
  mutate: ['packages/{kernel,formula}/src/**/*.ts'],
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  ignorePatterns: ['**/dist', 'docs', 'runs', 'packed'],
  reporters: ['clear-text', 'progress', 'json', 'html'],
  clearTextReporter: { reportTests: false, logTests: false },
  // Beside each other in a folder that git ignores.
  jsonReporter: { fileName: 'coverage/mutation.json' },
  htmlReporter: { fileName: 'coverage/mutation.html' },
  thresholds: { high: 95, low: 90, break: 85 },
};
