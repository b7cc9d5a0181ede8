import type { Environment, SearchView } from '@auto-seg-loss/runtime';
import type { Cell, Section } from '../page/page-data.ts';

/** What the results of a search depend on. */
export function searchEnvironmentSection({ environment, config }: SearchView): Section {
  const { plugins, ...rest } = environment;
  return environmentSection({ ...rest, ...pluginRows(plugins) }, config);
}

export function pluginRows(plugins: Environment['plugins']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(plugins).map(([name, version]) => [`plugin: ${name}`, version ?? 'not known']),
  );
}

/** @param facts by their names. @param config as it was resolved. */
export function environmentSection(facts: Readonly<Record<string, unknown>>, config: object): Section {
  return {
    id: 'environment',
    heading: 'Environment and config',
    text: ['With these, the same config gives the same result.'],
    charts: [],
    tables: [
      {
        caption: 'Environment',
        folded: false,
        columns: [{ name: 'what' }, { name: 'is' }],
        rows: Object.entries(facts).map(([name, value]): readonly Cell[] => [name, wordOf(value)]),
      },
    ],
    listings: [{ name: 'Config', text: JSON.stringify(config, null, 2) }],
  };
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
