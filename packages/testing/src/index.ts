export { constraintLaws } from './constraint/constraint-laws.ts';
export { describeBroken, type Law, type LawReport, law } from './law/law.ts';
export { metricLaws } from './metric/metric-laws.ts';
export { surrogateLaws } from './surrogate/surrogate-laws.ts';
export { makeVariants, optionChoices } from './variants.ts';
