export { contentHash } from './content-hash.ts';
export { type LossFile, lossFileSchema, type NamedCurve } from './loss-file.ts';
export { lossFileText } from './loss-file-text.ts';
