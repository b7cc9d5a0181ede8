import { type Checked, checkSchema } from '@auto-seg-loss/schema';
import { mergeConfigs } from './merge.ts';
import { parseOverride, treeAt } from './overrides.ts';
import type { RunConfig } from './run-config.ts';
import { configSchema } from './schema.ts';

/**
 * A whole config with `--set` arguments laid over it; its plugins' own options are not checked.
 * @throws AslError ASL_USAGE for an argument without `=` or without a path.
 */
export function withOverrides(config: RunConfig, set: readonly string[]): Checked<RunConfig> {
  const over = set.map(parseOverride).map(({ path, value }) => treeAt(path, value));
  return checkSchema(configSchema, mergeConfigs([{ ...config }, ...over]).value);
}
