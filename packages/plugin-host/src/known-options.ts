import type { PluginOptions } from '@auto-seg-loss/config';
import { isAslError, type Plugin, type PluginKind } from '@auto-seg-loss/kernel';
import { inputSchema, objectsOf } from '@auto-seg-loss/schema';
import type { PluginHome } from './context.ts';
import { loadPlugin } from './load-plugin.ts';

type Options = Readonly<Record<string, unknown>>;

/** For `loadConfig`: what a plugin's options may be. @returns undefined where it cannot be loaded. */
export async function knownOptions(kind: string, use: string, home: PluginHome): Promise<PluginOptions | undefined> {
  try {
    const { plugin } = await loadPlugin(kind as PluginKind, use, home, kind);
    return { schema: inputSchema(plugin.options), taken: (others, own) => taken(plugin, others, own) };
  } catch (error) {
    if (isAslError(error)) return undefined;
    throw error;
  }
}

/** Those that the plugin has by name and whose values it accepts. */
function taken({ options }: Plugin<PluginKind>, others: Options, own: Options): Options {
  const names = new Set(objectsOf(inputSchema(options)).flatMap(({ properties = {} }) => Object.keys(properties)));
  let kept: Options = Object.fromEntries(Object.entries(others).filter(([name]) => names.has(name)));
  for (;;) {
    const issues = options.safeParse({ ...kept, ...own }).error?.issues ?? [];
    const refused = new Set(issues.map(({ path }) => path[0]));
    const left = Object.fromEntries(Object.entries(kept).filter(([name]) => !refused.has(name)));
    if (Object.keys(left).length === Object.keys(kept).length) return kept;
    kept = left;
  }
}
