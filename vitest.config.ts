import { configDefaults, defineConfig } from 'vitest/config';

// Workspace packages resolve to their sources, so that tests never run against a stale build.
const conditions = ['source', 'module', 'node', 'import', 'default'];

// They mock modules, take away tfjs's backends, weigh a process, or need one in which no engine has been opened: a fork for each.
const alone = [
  'packages/engine/test/install-engine.test.ts',
  'packages/engine/test/open-engine.test.ts',
  'packages/images/test/decode/no-library.test.ts',
  'packages/loss/test/open-loss.test.ts',
  'packages/loss/test/without-gradients.test.ts',
  'packages/plugin-host/test/many-wrong-names.test.ts',
  'packages/relaxed/test/fused.test.ts',
  'packages/tensorboard/test/disk-full.test.ts',
  'test/fuzz/input-meter.test.ts',
];
// npm run test:long.
const exclude = [...configDefaults.exclude, 'test/long/**'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // TensorFlow runs in the process; forks keep its threads apart.
    pool: 'forks',
    maxWorkers: 2,
    // Far above what any test takes: a slow machine is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    env: { TF_CPP_MIN_LOG_LEVEL: '3', TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' },
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['packages/*/test/**/*.test.ts', 'plugins/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...exclude, ...alone],
          // The files of a fork share what they import, which takes longer than most of them.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
