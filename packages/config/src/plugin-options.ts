import type { SchemaNode } from '@auto-seg-loss/schema';

/** What is known of a plugin's options before they are checked. */
export interface PluginOptions {
  /** What a person may write. */
  readonly schema: SchemaNode;
  /**
   * Of options that were written for another plugin, those that this one takes as well.
   * @param own what was written for this one, beside which they must stand.
   */
  readonly taken: (
    others: Readonly<Record<string, unknown>>,
    own: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, unknown>>;
}
