import type { PluginUse } from '@auto-seg-loss/kernel';
import { checkLossFile, curvesOf, type LossFile } from '@auto-seg-loss/loss-file';
import { relaxedLoss } from '@auto-seg-loss/relaxed';
import { type GivenPlugins, makePlugin } from '@auto-seg-loss/shipped';
import { checkBackend } from './check-backend.ts';
import type { LossFunction } from './loss-function.ts';

export interface OpenLossOptions {
  /** Plugins that the loss names and that are not of this project: a list, or an object by the names in the file. */
  readonly plugins?: GivenPlugins;
  /** What messages call the loss; `the loss` by default. */
  readonly name?: string;
}

/**
 * Opens a searched loss: `const loss = openLoss(JSON.parse(text))`. Needs no backend until it is called.
 * @param json the parsed content of a loss.json.
 * @throws AslError ASL_LOSS_INVALID for what is no loss, was edited, or breaks its constraints; ASL_LOSS_MISMATCH for curves of
 *   another metric; ASL_PLUGIN_NOT_FOUND, ASL_PLUGIN_INVALID, ASL_PLUGIN_FAILED, ASL_OPTIONS_INVALID for what it names.
 */
export function openLoss(json: unknown, { plugins = [], name = 'the loss' }: OpenLossOptions = {}): LossFunction {
  return lossOf(checkLossFile(json, name), name, plugins);
}

/** @throws as `openLoss`. */
export function lossOf(file: LossFile, name: string, plugins: GivenPlugins): LossFunction {
  const make = <K extends 'metric' | 'surrogate' | 'constraint'>(kind: K, use: PluginUse, at: string) =>
    makePlugin(kind, use, `${at} in ${name}`, plugins);
  const metric = make('metric', file.metric, 'metric');
  const surrogate = make('surrogate', file.surrogate, 'surrogate');
  const constraints = file.constraints.map((use, index) => make('constraint', use, `constraints[${index}]`));
  const curves = curvesOf(file, { metric, surrogate, constraints }, name);
  const { value } = relaxedLoss(metric, curves, { name, absent: file.absent });
  return (logits, labels) => {
    checkBackend();
    return value(logits, labels);
  };
}
