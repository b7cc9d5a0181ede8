export { applyCurve, curveDerivative, curveValue } from './curve-tensor.ts';
export { type RelaxedLossOptions, relaxedLoss } from './relaxed-loss.ts';
