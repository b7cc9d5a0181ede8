import fc, { type Arbitrary, type Parameters } from 'fast-check';
import { test as vitestTest } from 'vitest';

// Stands in for @fast-check/vitest in `npm run mutate`: that takes more than a second to load, thousands of times, and writes
// the seed into each test's name.

// What one seed shows must not survive the next; and nobody reads a mutant's counterexample, so it is not made smaller.
fc.configureGlobal({ seed: 1, endOnFailure: true });

type Property<Values extends readonly unknown[]> = (...values: Values) => unknown;

/** As `test.prop` of @fast-check/vitest. */
function prop<Values extends [unknown, ...unknown[]]>(
  arbitraries: { [Index in keyof Values]: Arbitrary<Values[Index]> },
  parameters?: Parameters<Values>,
) {
  return (name: string, holds: Property<Values>): void =>
    vitestTest(name, () =>
      fc.assert(
        fc.asyncProperty<Values>(...arbitraries, async (...values) => void (await holds(...values))),
        parameters,
      ),
    );
}

export const test: typeof vitestTest & { readonly prop: typeof prop } = Object.assign(vitestTest, { prop });
export { fc };
