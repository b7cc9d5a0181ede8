export { checkLossFile } from './check-loss-file.ts';
export { curvesOf, type LossParts } from './curves-of.ts';
export {
  type CurvesTerm,
  type HandMadeTerm,
  isCurvesTerm,
  type LossFile,
  type LossFileTerm,
  type NamedCurve,
  plainCurves,
} from './loss-file.ts';
export { lossFileText } from './loss-file-text.ts';
export { publishedLossFile } from './published-loss-file.ts';
