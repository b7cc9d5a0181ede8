import type { LossFileTerm } from '@auto-seg-loss/loss-file';
import { checkPlugin } from '@auto-seg-loss/plugin-host';
import type { LossRequest } from './loss-request.ts';
import { lossTerms } from './loss-terms.ts';
import { openPart, ownUse } from './open-searched-loss.ts';

/**
 * What a name of a loss means as the terms of a loss file, checked, with every option that a default gives, and with paths as the
 * context has them; loading no tensor library.
 * @param request.metric the metric that curves must be of.
 * @throws AslError as `resolveLoss`; ASL_LOSS_MISMATCH for curves of another metric.
 */
export async function namedTerms(
  spec: string,
  request: LossRequest & { readonly metric?: string },
): Promise<readonly LossFileTerm[]> {
  const terms: LossFileTerm[] = [];
  for (const { weight, name, part } of await lossTerms(spec, request)) {
    if (part.kind === 'plugin') {
      const use = await ownUse(part, request);
      const where = `the loss "${name}" in "${spec}"`;
      const plugin = await checkPlugin({ kind: 'loss', use, where }, request.context);
      terms.push({ weight, loss: plugin.use });
    } else {
      const { term } = await openPart({ weight, name, part }, request, {}, request.metric);
      terms.push({ ...term, weight });
    }
  }
  return terms;
}
