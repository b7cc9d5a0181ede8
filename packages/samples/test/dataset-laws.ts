import type { Plugin, PluginKind } from '@auto-seg-loss/kernel';
import { lawsOf } from '@auto-seg-loss/testing';
import { expect } from 'vitest';

/** The laws of data sets on one that files were made for; throws with a counterexample. */
export async function holdsLaws(
  plugin: Plugin<PluginKind>,
  options: Readonly<Record<string, unknown>>,
  baseDir: string,
): Promise<void> {
  const found = await lawsOf(plugin, { options, context: { baseDir, cacheDir: '' } });
  const laws = 'laws' in found ? found.laws : [];
  expect(laws.map(({ name }) => name)).toContain('sample');
  for (const law of laws) await law.assert({ seed: 1 });
}
