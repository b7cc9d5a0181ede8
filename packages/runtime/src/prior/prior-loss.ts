import { readFormula } from '@auto-seg-loss/formula';
import { namedTerms, openSearchedLoss } from '@auto-seg-loss/loss-expression';
import { isCurvesTerm } from '@auto-seg-loss/loss-file';
import type { RunContext } from '@auto-seg-loss/plugin-host';
import type { PriorSource } from './prior-source.ts';

/**
 * A loss that was found, or published, as a prior: a good point, of which no reward is comparable with anything.
 * @throws AslError as `openSearchedLoss`.
 */
export async function priorLoss(spec: string, context: RunContext): Promise<PriorSource> {
  const request = { context, from: context.baseDir };
  const { file, metric, surrogate } = await openSearchedLoss(spec, request);
  const terms = await namedTerms(spec, request);
  const { name } = (file.found?.dataset ?? {}) as { readonly name?: unknown };
  const use = terms.filter(isCurvesTerm)[0]?.surrogate;
  return {
    metric: typeof file.reward?.metric === 'string' ? file.reward.metric : metric.name,
    dataset: typeof name === 'string' ? name : null,
    curves: use === undefined ? null : { formula: metric.name, slots: readFormula(metric).slots, surrogate, use },
    tried: [{ terms, reward: null }],
  };
}
