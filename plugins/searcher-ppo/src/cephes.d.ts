// The package's types are not found through its "exports"; these are the functions used here.
declare module 'cephes' {
  /** Resolves when the WebAssembly is ready; nothing else works before. */
  export const compiled: Promise<void>;
  export function erf(x: number): number;
  export function erfc(x: number): number;
  /** The inverse of the standard normal distribution function, for a probability in (0, 1). */
  export function ndtri(probability: number): number;
}
