import { describeSchema, inputSchema, type SchemaNode } from '@auto-seg-loss/config';
import type { z } from 'zod';

/** An option of a plugin, as `asl plugins` lists it. */
export interface OptionInfo {
  readonly name: string;
  /** In words: "a whole number from 1 to 16". */
  readonly type: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly required: boolean;
}

/** The options that a plugin's schema admits. Alternatives (a union of objects) are listed together. */
export function optionInfo(options: z.ZodType): readonly OptionInfo[] {
  const node = inputSchema(options);
  const byName = new Map<string, OptionInfo>();
  for (const each of [node, ...(node.anyOf ?? node.oneOf ?? [])]) {
    for (const [name, option] of Object.entries(each.properties ?? {})) {
      if (!byName.has(name)) byName.set(name, info(name, option, each.required ?? []));
    }
  }
  return [...byName.values()];
}

function info(name: string, option: SchemaNode, required: readonly string[]): OptionInfo {
  return {
    name,
    type: describeSchema(option),
    ...('default' in option ? { default: option.default } : {}),
    ...(option.description === undefined ? {} : { description: option.description }),
    required: required.includes(name),
  };
}
