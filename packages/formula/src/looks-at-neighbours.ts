import type { Metric } from '@auto-seg-loss/kernel';
import type { MaskExpression, RegionExpression } from './expression.ts';
import { readFormula } from './read-formula.ts';

/**
 * Whether a metric looks at the pixels around a pixel, as those of outlines do. One that does not counts the voxels of a
 * volume as it counts pixels; one that does is defined in two dimensions.
 */
export function looksAtNeighbours(metric: Metric): boolean {
  return Object.values(readFormula(metric).sums).some(({ mask, region }) => ofMask(mask) || ofRegion(region));
}

function ofMask(mask: MaskExpression): boolean {
  switch (mask.op) {
    case 'prediction':
    case 'label':
      return false;
    case 'and':
    case 'or':
    case 'minus':
    case 'times':
      return ofMask(mask.a) || ofMask(mask.b);
    case 'edge':
      return true;
    case 'erode':
      return mask.radius !== 0 || ofMask(mask.a);
    case 'dilate':
      return mask.tolerance !== 0 || ofMask(mask.a);
  }
}

function ofRegion(region: RegionExpression): boolean {
  switch (region.op) {
    case 'valid':
    case 'everywhere':
      return false;
    case 'any-class':
      return ofMask(region.a);
    case 'within':
      return ofRegion(region.a) || ofRegion(region.b);
  }
}
