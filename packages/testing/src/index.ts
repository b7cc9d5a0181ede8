// What plugin authors test with: laws, and the arbitraries behind them. Needs fast-check, no test runner.

export { coordinates, cubePoints, innerPoints } from './curves/cube-points.ts';
export { type CurveOptions, curves } from './curves/curves.ts';
export { drawCurve } from './curves/draw-curve.ts';
export {
  type CheckOptions,
  type Counterexample,
  describeBroken,
  type Law,
  type LawDefinition,
  type LawReport,
  law,
} from './law/law.ts';
export { demand, LawBroken } from './law/law-broken.ts';
export { type LawsOf, type LawsOptions, lawsOf } from './laws-of.ts';
export { type LossSum, lossSumLaws } from './loss/loss-sum-laws.ts';
export { type SearchedLoss, searchedLossLaws } from './loss/searched-loss-laws.ts';
export { albums } from './pictures/albums.ts';
export { drawAlbum } from './pictures/draw-album.ts';
export type { AlbumOptions } from './pictures/paint.ts';
export type { Album, Picture } from './pictures/picture.ts';
export { type Answers, answers, answersTo, spaces } from './searcher/history.ts';
export { type CutNormal, type TruncatedNormal, truncatedNormalLaws } from './searcher/truncated-normal-laws.ts';
export { type Batch, batchOf, type Softness, softness } from './tensors/batch.ts';
