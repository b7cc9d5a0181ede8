import type { PluginUse } from '@auto-seg-loss/kernel';
import {
  type CurvesTerm,
  checkLossFile,
  curvesOf,
  isCurvesTerm,
  type LossFile,
  plainCurves,
} from '@auto-seg-loss/loss-file';
import { type Loss, type Weighted, weightedSum } from '@auto-seg-loss/ops';
import { relaxedLoss } from '@auto-seg-loss/relaxed';
import { type GivenPlugins, makePlugin } from '@auto-seg-loss/shipped';
import { checkBackend } from './check-backend.ts';
import type { LossFunction } from './loss-function.ts';
import { withShippedLosses } from './shipped-losses.ts';

export interface OpenLossOptions {
  /** Plugins that the loss names and that are not of this project: a list, or an object by the names in the file. */
  readonly plugins?: GivenPlugins;
  /** What messages call the loss; `the loss` by default. */
  readonly name?: string;
}

/**
 * Opens a loss file: `const loss = openLoss(JSON.parse(text))`. Needs no backend until it is called.
 * @param json the parsed content of a loss.json.
 * @throws AslError ASL_LOSS_INVALID for what is no loss, was edited, or breaks its constraints; ASL_LOSS_MISMATCH for curves of
 *   another metric; ASL_PLUGIN_NOT_FOUND, ASL_PLUGIN_INVALID, ASL_PLUGIN_FAILED, ASL_OPTIONS_INVALID for what it names.
 */
export function openLoss(json: unknown, { plugins = [], name = 'the loss' }: OpenLossOptions = {}): LossFunction {
  return lossOf(checkLossFile(json, name), name, plugins);
}

/** @throws as `openLoss`. */
export function lossOf(file: LossFile, name: string, plugins: GivenPlugins): LossFunction {
  const given = withShippedLosses(plugins);
  const plain = plainCurves(file) !== undefined;
  const terms = file.terms.map((term, index): Weighted => {
    const where = plain ? name : `terms[${index}] of ${name}`;
    const { weight } = term;
    if (!isCurvesTerm(term)) return { weight, loss: makePlugin('loss', term.loss, `loss in ${where}`, given) };
    return { weight, loss: relaxedLossOf(term, name, where, given) };
  });
  const [first, ...more] = terms;
  const loss = first?.weight === 1 && more.length === 0 ? first.loss : weightedSum(name, terms);
  return (logits, labels) => {
    checkBackend();
    return loss.value(logits, labels);
  };
}

/** @param where the term, for messages. */
function relaxedLossOf(term: CurvesTerm, name: string, where: string, given: GivenPlugins): Loss {
  const make = <K extends 'metric' | 'surrogate' | 'constraint'>(kind: K, use: PluginUse, at: string) =>
    makePlugin(kind, use, `${at} in ${where}`, given);
  const metric = make('metric', term.metric, 'metric');
  const surrogate = make('surrogate', term.surrogate, 'surrogate');
  const constraints = term.constraints.map((use, index) => make('constraint', use, `constraints[${index}]`));
  const curves = curvesOf(term, { metric, surrogate, constraints }, where);
  const { absent, temperature } = term;
  return relaxedLoss(metric, curves, { name, absent, temperature });
}
