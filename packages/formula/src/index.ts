export { Coverage, type CoverageCounts, unusualIgnoredShare } from './exact/coverage.ts';
export { type ClassMap, ExactEvaluator } from './exact/exact-evaluator.ts';
export type { ExactScore } from './exact/exact-score.ts';
export type { CurveSlot, Formula, MaskExpression, RegionExpression, SumExpression } from './expression.ts';
export { type PublishedLoss, publishedLosses } from './published.ts';
export { readFormula } from './read-formula.ts';
