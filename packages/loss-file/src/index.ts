export { checkLossFile } from './check-loss-file.ts';
export { curvesOf, type LossParts } from './curves-of.ts';
export type { LossFile, NamedCurve } from './loss-file.ts';
export { lossFileText } from './loss-file-text.ts';
export { publishedLossFile } from './published-loss-file.ts';
