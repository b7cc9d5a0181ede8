import { configDefaults, defineConfig, type ViteUserConfig } from 'vitest/config';
import base from './vitest.config.ts';

/**
 * What takes minutes: searches that are stopped and killed, planted faults, the docs followed in an empty folder, commands pasted
 * as they are printed, the laws on the engine that npm test leaves out. `npm run test:long`.
 */
const { projects: _, ...common } = base.test ?? {};
const config: ViteUserConfig = {
  ...base,
  test: {
    ...common,
    include: ['test/long/**/*.test.ts'],
    exclude: configDefaults.exclude,
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
  },
};

export default defineConfig(config);
