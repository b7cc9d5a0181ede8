export { decodeWeights, readWeights } from './read-weights.ts';
export type { Refuse } from './refusal.ts';
export { decodeSafetensors } from './safetensors/decode-safetensors.ts';
export { encodeSafetensors } from './safetensors/encode-safetensors.ts';
export type { NumberType, StateDict, WeightsFile, WeightsFormat, WeightTensor } from './state-dict.ts';
export { writeSafetensors } from './write-safetensors.ts';
