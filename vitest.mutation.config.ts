import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import base from './vitest.config.ts';

// The tests that `npm run mutate` runs against each mutant: those of kernel and formula, and of the plugins that are thin
// layers over them. Its sandbox is a copy of the repository whose node_modules are links to the real ones, in which the
// workspace's packages are links back to the sources without mutants: here they resolve to the copy's.

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, { readonly source?: string } | string>>;
}

const root = import.meta.dirname;

const alias = ['packages', 'plugins'].flatMap((group) =>
  readdirSync(`${root}/${group}`).flatMap((folder) => {
    const path = `${root}/${group}/${folder}`;
    const { name, exports = {} } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8')) as Manifest;
    return Object.entries(exports).flatMap(([subpath, target]) => {
      const source = typeof target === 'string' ? undefined : target.source;
      if (source === undefined) return [];
      const find = new RegExp(`^${name}${subpath.slice(1)}$`);
      return [{ find, replacement: `${path}/${source}` }];
    });
  }),
);

/** Tests on tensors come last: the first test that fails ends a mutant's run, and theirs start slowly. */
class PlainNumbersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const onTensors = ({ moduleId }: TestSpecification) => readFileSync(moduleId, 'utf8').includes('@tensorflow/');
    return [...files.filter((file) => !onTensors(file)), ...files.filter(onTensors)];
  }
}

export default defineConfig({
  ...base,
  resolve: {
    ...base.resolve,
    alias: [...alias, { find: '@fast-check/vitest', replacement: `${root}/test/quick-properties.ts` }],
  },
  plugins: [
    {
      name: 'forks',
      // Stryker asks for threads, which TensorFlow's native library survives only once a process.
      configureVitest({ project }: { project: { config: { pool: unknown } } }) {
        project.config.pool = 'forks';
      },
    },
  ],
  test: {
    ...base.test,
    include: [
      'packages/{kernel,formula}/test/**/*.test.ts',
      'plugins/{metric,surrogate}-*/test/**/*.test.ts',
      'plugins/searcher-random/test/**/*.test.ts',
    ],
    env: { ...base.test?.env, ASL_MUTATION: '1' },
    sequence: { sequencer: PlainNumbersFirst },
  },
});
