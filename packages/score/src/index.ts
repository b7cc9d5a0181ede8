export type { ClassIndices } from './class-map.ts';
export { type ImageSize, type MetricResult, openScorer, type Scorer, type ScorerOptions } from './open-scorer.ts';
