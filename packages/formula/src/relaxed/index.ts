export { applyCurve, curveDerivative, curveValue } from './curve-tensor.ts';
export { type RelaxedLossOptions, relaxedLoss, relaxedSums } from './relaxed-loss.ts';
