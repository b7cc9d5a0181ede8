export { applyCurve, curveDerivative, curveValue } from './curve-tensor.ts';
export { gradientByCurves, type PieceSlopes } from './parameter-gradient.ts';
export { type RelaxedLossOptions, relaxedLoss, relaxedSums } from './relaxed-loss.ts';
