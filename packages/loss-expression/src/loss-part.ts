import type { Json, PluginUse } from '@auto-seg-loss/kernel';
import type { LossFile } from '@auto-seg-loss/loss-file';

/** What a name of a loss means: curves that were searched or published, or a loss plugin. */
export type LossPart =
  | { readonly kind: 'published'; readonly metric: string }
  /** @param path of the file; absolute. */
  | { readonly kind: 'file'; readonly path: string; readonly file: LossFile }
  | { readonly kind: 'plugin'; readonly use: PluginUse };

/** A term of a loss: a single loss is a sum of one term. */
export interface LossTerm {
  readonly weight: number;
  /** As it was written. */
  readonly name: string;
  readonly part: LossPart;
}

/** What a part is, wherever its file lies and however its search went. */
export function partContent(part: LossPart): Json {
  switch (part.kind) {
    case 'published':
      return `published:${part.metric}`;
    case 'plugin':
      return part.use;
    case 'file': {
      const { metric, surrogate, constraints, absent, curves } = part.file;
      return { metric, surrogate, constraints, absent, curves } as unknown as Json;
    }
  }
}
