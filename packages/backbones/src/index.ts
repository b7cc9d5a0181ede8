export type { Backbone, Features, OutputStride } from './backbone.ts';
export { type BackboneName, type BackboneOptions, deepStemFits } from './backbone-options.ts';
export { inTurn, type Layer, Layers } from './layers.ts';
export { makeBackbone } from './make-backbone.ts';
export { type Pretraining, pretraining } from './pretrained.ts';
export {
  type Head,
  type SegmentationOptions,
  type Stage,
  segmentationArchitecture,
  segmentationNetwork,
} from './segmentation-network.ts';
export { segmentationOptions } from './segmentation-options.ts';
export { type LoadReport, loadStateDict, type StateDict, type StateTensor, stateDict } from './state-dict.ts';
