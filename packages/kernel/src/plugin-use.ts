import { z } from 'zod';
import type { Json } from './searcher.ts';

/** A plugin with its options, as a resolved config or a loss file holds it. */
export interface PluginUse {
  /** Plugin name, package name or path. */
  readonly use: string;
  readonly [option: string]: Json;
}

/** As long as paths may be. */
const pluginName = z.string().min(1).max(4096);

const pluginObject: z.ZodType<PluginUse> = z
  .looseObject({ use: pluginName.describe('Plugin name, package name, or a path that starts with "./".') })
  .describe('A plugin with its options.') as z.ZodType<PluginUse>;

/** A plugin as a config names it: its name alone, or an object with `use` and its options. */
export const pluginUse: z.ZodType<PluginUse> = z
  .union([pluginName, pluginObject])
  .transform((value): PluginUse => (typeof value === 'string' ? { use: value } : value));
