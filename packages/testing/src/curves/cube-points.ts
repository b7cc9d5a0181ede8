import fc from 'fast-check';

/** A coordinate of the unit cube, with its faces and what lies beside them; shrinks to 0. */
export const coordinates: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1) },
  { weight: 1, arbitrary: fc.constantFrom(0.5, 1e-9, 1e-6, 1e-4, 0.5 + 1e-6, 0.5 - 1e-4, 1 - 1e-6, 1 - 2 ** -53) },
);

/** Points of the unit cube, its faces, edges and corners included. */
export function cubePoints(dimensions: number): fc.Arbitrary<number[]> {
  return fc.array(coordinates, { minLength: dimensions, maxLength: dimensions });
}

/** Points well inside the cube, where curves have no steps and no verticals. */
export function innerPoints(dimensions: number): fc.Arbitrary<number[]> {
  const inner = fc.integer({ min: 10, max: 60 }).map((percent) => percent / 100);
  return fc.array(inner, { minLength: dimensions, maxLength: dimensions });
}
