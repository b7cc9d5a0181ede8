import type { Json, PluginUse } from '@auto-seg-loss/kernel';
import type { CurvesTerm, LossFile } from '@auto-seg-loss/loss-file';

/** What a name of a loss means, or each term of the file that it means: curves that were searched or published, or a loss plugin. */
export type LossPart = PublishedPart | CurvesPart | PluginPart;

export interface PublishedPart {
  readonly kind: 'published';
  readonly metric: string;
}

/** Curves of a loss file; what they are multiplied by is said where the part is a term. */
export interface CurvesPart {
  readonly kind: 'curves';
  /** Of the file; absolute. */
  readonly path: string;
  readonly file: LossFile;
  readonly term: CurvesTerm;
}

export interface PluginPart {
  readonly kind: 'plugin';
  readonly use: PluginUse;
  /** The loss file that names it, absolute, where its relative paths start; undefined where a config or a person names it. */
  readonly path?: string;
}

/** A term of a loss: a single loss is a sum of one term. */
export interface LossTerm {
  readonly weight: number;
  /** As it was written; of what a loss file names, as the file does. */
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
    case 'curves': {
      const { metric, surrogate, constraints, absent, curves, temperature } = part.term;
      const content = { metric, surrogate, constraints, absent, curves };
      return (temperature === 1 ? content : { ...content, temperature }) as unknown as Json;
    }
  }
}
