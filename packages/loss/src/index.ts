export type { LossFunction } from './loss-function.ts';
export { type OpenLossOptions, openLoss } from './open-loss.ts';
export { publishedLoss } from './published-loss.ts';
