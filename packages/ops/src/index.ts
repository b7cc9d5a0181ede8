export { checkBatch, checkClassWeights } from './check-batch.ts';
export type { Loss } from './loss.ts';
export { NATIVE_BACKEND } from './native/native-backend-name.ts';
export { WASM_BACKEND } from './native/wasm-backend-name.ts';
export { registerWasmKernels } from './native/wasm-kernels.ts';
export {
  type Architecture,
  type ArchitectureWeights,
  type Network,
  type NetworkHalves,
  type Normalization,
  type Parameter,
  trainingLogits,
  trainingLoss,
  type WeightedLogits,
  weightedLoss,
} from './network.ts';
export { adaptiveAveragePool } from './ops/adaptive-average-pool.ts';
export { addBranches } from './ops/add-branches.ts';
export { type BatchNormOptions, type BatchNormVariables, batchNorm } from './ops/batch-norm.ts';
export { type Conv2dOptions, conv2d } from './ops/conv2d.ts';
export { depthwiseConv2d } from './ops/depthwise-conv2d.ts';
export { globalAveragePool } from './ops/global-average-pool.ts';
export { gradients, type ValueAndGradients } from './ops/gradients.ts';
export { labelTrimap, type TrimapOptions } from './ops/label-trimap.ts';
export { hasLogicalSums, type LogicalSums, logicalSums, type PackedCurve } from './ops/logical-sums.ts';
export { hasLovaszSoftmax, lovaszSoftmax } from './ops/lovasz-softmax.ts';
export { maxPool } from './ops/max-pool.ts';
export { type MomentumParameter, type MomentumStep, momentumStep } from './ops/momentum-step.ts';
export { oneHotLabels } from './ops/one-hot-labels.ts';
export { hasOutlineSums, type OutlineCurves, type OutlineSums, outlineSums } from './ops/outline-sums.ts';
export { pixelCrossEntropy } from './ops/pixel-cross-entropy.ts';
export { relu, relu6 } from './ops/relu.ts';
export { resizeBilinear } from './ops/resize-bilinear.ts';
export { softmax } from './ops/softmax.ts';
export { type CrossEntropyOptions, softmaxCrossEntropy } from './ops/softmax-cross-entropy.ts';
export { hasStructuralSimilarity, structuralSimilarity } from './ops/structural-similarity.ts';
export { tidyValue } from './ops/tidy-value.ts';
export { dilate, erode } from './ops/window-maximum.ts';
export { type Differentiable, withGradient } from './ops/with-gradient.ts';
export { meanOfMeans } from './region/mean-of-means.ts';
export { type OverlapSums, overlapSums } from './region/overlap-sums.ts';
export type { ScoreFormula } from './region/region-formula.ts';
export { countedClasses, missesOf, regionLoss } from './region/region-loss.ts';
export { classWeights, type RegionOptions, regionOptions } from './region/region-options.ts';
export { type Weighted, weightedSum } from './weighted-sum.ts';
