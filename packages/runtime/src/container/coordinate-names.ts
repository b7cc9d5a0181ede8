import type { CurveSlot } from '@auto-seg-loss/formula';

/** The names of θ's coordinates: `union.a 2` is the second of the curve `union.a`. @param slots of the formula's curves. */
export function coordinateNames(slots: readonly Pick<CurveSlot, 'name'>[], dimensions: number): readonly string[] {
  const each = Math.max(1, Math.round(dimensions / Math.max(1, slots.length)));
  return Array.from({ length: dimensions }, (_, axis) => {
    return `${slots[Math.floor(axis / each)]?.name ?? 'θ'} ${(axis % each) + 1}`;
  });
}
