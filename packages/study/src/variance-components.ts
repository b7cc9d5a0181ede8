/** Something that values may depend on, and how many levels of it were tried. */
export interface Factor {
  readonly name: string;
  /** At least 2. */
  readonly levels: number;
}

/** What a set of factors adds to the variance of a value, beyond what its parts add each by itself. */
export interface VarianceComponent {
  /** In the order that they were given in; of several, what depends on their combination. */
  readonly factors: readonly string[];
  /** Estimated without bias, so that it may be below 0 where there is none; in units of the values, squared. */
  readonly variance: number;
  /** Degrees of freedom of its mean square. */
  readonly freedom: number;
}

/**
 * Variance components of a crossed design with one value in each cell, all factors random: by the method of moments, from the mean
 * squares of the analysis of variance (Henderson's method 1; Searle, Casella and McCulloch, Variance Components, 1992, section 4.5).
 * What depends on all factors together cannot be told from what is left to chance: it is one component.
 * @param values of all cells, the levels of the last factor running fastest.
 * @returns a component for each set of factors but the empty one, smaller sets first.
 */
export function varianceComponents(
  factors: readonly Factor[],
  values: readonly number[],
): readonly VarianceComponent[] {
  const sets = Array.from({ length: 2 ** factors.length }, (_, bits) =>
    [...factors.keys()].filter((place) => (bits >> place) & 1),
  ).sort((a, b) => a.length - b.length || compare(a, b));
  const cells = values.length;
  const means = new Map(sets.map((set) => [keyOf(set), meansOver(set, factors, values)]));
  const squares = new Map<string, { readonly mean: number; readonly freedom: number }>();
  for (const set of sets) {
    const freedom = set.reduce((product, place) => product * (levelsOf(factors, place) - 1), 1);
    // The effect of a set in each cell: means of its subsets, added and taken away by turns.
    let sum = 0;
    for (let cell = 0; cell < cells; cell++) {
      let effect = 0;
      for (const part of subsetsOf(set)) {
        const sign = (set.length - part.length) % 2 === 0 ? 1 : -1;
        effect += sign * (means.get(keyOf(part))?.[placeOf(cell, part, factors)] ?? 0);
      }
      sum += effect ** 2;
    }
    squares.set(keyOf(set), { mean: sum / freedom, freedom });
  }
  return sets
    .filter((set) => set.length > 0)
    .map((set) => {
      // Of the sets that hold it, mean squares added and taken away by turns leave its own component alone.
      const others = [...factors.keys()].filter((place) => !set.includes(place));
      const signed = subsetsOf(others).reduce((sum, more) => {
        const key = keyOf([...set, ...more].sort((a, b) => a - b));
        return sum + (more.length % 2 === 0 ? 1 : -1) * (squares.get(key)?.mean ?? 0);
      }, 0);
      const repeats = others.reduce((product, place) => product * levelsOf(factors, place), 1);
      return {
        factors: set.map((place) => factors[place]?.name ?? ''),
        variance: signed / repeats,
        freedom: squares.get(keyOf(set))?.freedom ?? 0,
      };
    });
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((place, index) => place - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function keyOf(set: readonly number[]): string {
  return set.join(' ');
}

function levelsOf(factors: readonly Factor[], place: number): number {
  return factors[place]?.levels ?? 1;
}

function subsetsOf(set: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: 2 ** set.length }, (_, bits) => set.filter((_one, index) => (bits >> index) & 1));
}

/** The number of a cell's combination of levels of some factors. */
function placeOf(cell: number, set: readonly number[], factors: readonly Factor[]): number {
  let place = 0;
  for (const each of set) {
    const below = factors.slice(each + 1).reduce((product, { levels }) => product * levels, 1);
    place = place * levelsOf(factors, each) + (Math.floor(cell / below) % levelsOf(factors, each));
  }
  return place;
}

/** Means of the values over all factors but some, by the combination of their levels. */
function meansOver(set: readonly number[], factors: readonly Factor[], values: readonly number[]): Float64Array {
  const sums = new Float64Array(set.reduce((product, place) => product * levelsOf(factors, place), 1));
  for (const [cell, value] of values.entries()) {
    const place = placeOf(cell, set, factors);
    sums[place] = (sums[place] as number) + value;
  }
  return sums.map((sum) => (sum * sums.length) / values.length);
}
