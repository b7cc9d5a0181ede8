import type { ExportedTerm } from '../exported-loss.ts';

/** A variable of a file that holds softmax(logits / temperature). */
export interface Prediction {
  readonly name: string;
  readonly temperature: number;
}

/**
 * The predictions that the terms of a loss look at, each temperature once. The first is called `prediction`, which is that of
 * the logits as they are where anything looks at it.
 * @param ofLogits whether something besides the terms looks at softmax(logits), as hand-made terms do.
 */
export function predictionsOf(terms: readonly ExportedTerm[], ofLogits: boolean): readonly Prediction[] {
  const all = terms.map(({ program }) => program.temperature);
  const plain = ofLogits || all.includes(1) ? [1] : [];
  return [...new Set([...plain, ...all])].map((temperature, index) => ({
    name: index === 0 ? 'prediction' : `tempered${index === 1 ? '' : index}`,
    temperature,
  }));
}
