export { formatOf } from './file-format.ts';
export { fromPytorchOrder, ownShape, pytorchShape, toPytorchOrder } from './filter-layout.ts';
export { ELSEWHERE, type ElsewhereWeights, type InstallableWeights } from './install/catalogue.ts';
export {
  type InstalledWeights,
  type InstallWeightsOptions,
  installWeights,
  type WeightsSource,
} from './install/install-weights.ts';
export { type ListedWeights, listWeights, openWeights } from './install/open-weights.ts';
export { BACKBONE_NAMES, type BackboneName, type Naming } from './names/layout.ts';
export type { LeftOverKind, Matched, NameReport } from './names/name-report.ts';
export { recognizeBackbone } from './names/recognize.ts';
export { takeBackbone, type WantedBackbone } from './names/take-backbone.ts';
export { decodeWeights, readWeights, readWeightsBytes } from './read-weights.ts';
export { type Refuse, refusalOf } from './refusal.ts';
export { contentHash } from './safetensors/content-hash.ts';
export { type DecodedSafetensors, decodeSafetensors } from './safetensors/decode-safetensors.ts';
export { encodeSafetensors } from './safetensors/encode-safetensors.ts';
export type { NumberType, StateDict, WeightsFile, WeightsFormat, WeightTensor } from './state-dict.ts';
export { writeSafetensors } from './write-safetensors.ts';
