import { describeSchema, inputSchema, objectsOf, type SchemaNode } from '@auto-seg-loss/schema';
import type { z } from 'zod';

/** An option of a plugin, as `asl plugins` lists it. */
export interface OptionInfo {
  readonly name: string;
  /** In words: "a whole number from 1 to 16". */
  readonly type: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly required: boolean;
  /** Of an option that is an object or a list of objects, what that holds. */
  readonly options?: readonly OptionInfo[];
}

/** The options that a plugin's schema admits, whole. Alternatives (a union of objects) are listed together. */
export function optionInfo(options: z.ZodType): readonly OptionInfo[] {
  return optionsIn(inputSchema(options));
}

function optionsIn(node: SchemaNode): readonly OptionInfo[] {
  const byName = new Map<string, OptionInfo>();
  for (const { properties = {}, required = [] } of objectsOf(node)) {
    for (const [name, option] of Object.entries(properties)) {
      if (!byName.has(name)) byName.set(name, info(name, option, required));
    }
  }
  return [...byName.values()];
}

function info(name: string, option: SchemaNode, required: readonly string[]): OptionInfo {
  const options = optionsIn(option);
  return {
    name,
    type: describeSchema(option),
    ...('default' in option ? { default: option.default } : {}),
    ...(option.description === undefined ? {} : { description: option.description }),
    required: required.includes(name),
    ...(options.length === 0 ? {} : { options }),
  };
}
