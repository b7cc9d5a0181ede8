/**
 * Joins groups that share a member, over several divisions of the same things into groups.
 * @param groups of indices, in [0, count).
 * @returns disjoint groups of at least two, each rising, in the order of their first members.
 */
export function joinGroups(groups: Iterable<readonly number[]>, count: number): readonly (readonly number[])[] {
  const parents = Array.from({ length: count }, (_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    for (let parent = parents[root] ?? root; parent !== root; parent = parents[root] ?? root) root = parent;
    // What was walked points at the root from now on.
    for (let at = index; at !== root; ) {
      const next = parents[at] ?? root;
      parents[at] = root;
      at = next;
    }
    return root;
  };
  for (const [first, ...others] of groups) {
    if (first === undefined) continue;
    for (const other of others) {
      const [a, b] = [rootOf(first), rootOf(other)];
      parents[Math.max(a, b)] = Math.min(a, b);
    }
  }
  const members = new Map<number, number[]>();
  for (const index of parents.keys()) {
    const group = members.get(rootOf(index));
    if (group === undefined) members.set(index, [index]);
    else group.push(index);
  }
  return [...members.values()].filter((group) => group.length > 1);
}
