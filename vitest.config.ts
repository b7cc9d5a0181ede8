import { configDefaults, defineConfig } from 'vitest/config';

// Workspace packages resolve to their sources, so that tests never run against a stale build.
const conditions = ['source', 'module', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'plugins/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // npm run test:long.
    exclude: [...configDefaults.exclude, 'test/long/**'],
    // TensorFlow runs in the process; a fork for each file keeps its threads and tensors apart.
    pool: 'forks',
    maxWorkers: 2,
    // Far above what any test takes: a slow machine is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    env: { TF_CPP_MIN_LOG_LEVEL: '3', TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' },
  },
});
