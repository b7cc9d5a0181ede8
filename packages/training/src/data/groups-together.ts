import { naturalOrder } from '@auto-seg-loss/kernel';
import { joinGroups } from './join-groups.ts';

/**
 * What stays on one side of every division of a split: twins and the split's own groups, joined where they share images.
 * @param groups the group of each image. @param twins groups of indices. @returns disjoint groups of indices.
 */
export function groupsTogether(
  groups: readonly string[] | undefined,
  twins: readonly (readonly number[])[],
  count: number,
): readonly (readonly number[])[] {
  if (groups === undefined) return twins;
  const own = new Map<string, number[]>();
  for (const [index, group] of groups.entries()) {
    const members = own.get(group);
    if (members === undefined) own.set(group, [index]);
    else members.push(index);
  }
  const joined = joinGroups([...own.values(), ...twins], count);
  // Empty slices of volumes can be twins of each other, through all volumes.
  return joined.some((group) => group.length === count) ? [...own.values()] : joined;
}

/** The indices of ids as people would sort them: neighbouring frames of a video are neighbours. */
export function inNaturalOrder(ids: readonly string[]): readonly number[] {
  return ids.map((_, index) => index).sort((a, b) => naturalOrder(ids[a] ?? '', ids[b] ?? ''));
}
