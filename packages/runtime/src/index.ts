import 'reflect-metadata';

export { type EvaluateOptions, type EvaluateResult, evaluate } from './commands/evaluate.ts';
export { type Layout, type LossValueOptions, type LossValueResult, lossValue } from './commands/loss-value.ts';
export { assembleRun, type Run } from './container/assemble-run.ts';
export type { CurveSpace } from './container/search-space.ts';
export type { LossFile, NamedCurve } from './loss-file/loss-file.ts';
export { type OpenedLoss, openLossFile } from './loss-file/open-loss-file.ts';
export { readLossFile } from './loss-file/read-loss-file.ts';
export {
  isSearched,
  type LossRequest,
  openSearchedLoss,
  type ResolvedLoss,
  resolveLoss,
} from './loss-file/resolve-loss.ts';
export { lossFileText, writeLossFile } from './loss-file/write-loss-file.ts';
export { type BrokenPlugin, listPlugins, type PluginInfo } from './plugins/list-plugins.ts';
export type { OptionInfo } from './plugins/option-info.ts';
