import { compiled, erf, erfc, ndtri } from 'cephes';

await compiled;

/** Beyond this, erfc is below the smallest float64 (cephes reports an underflow there instead of 0). */
const ERFC_UNDERFLOW = 26;
/** Beyond this, erf is 1 in float64. */
const ERF_ONE = 6;
const LOG_ROOT_TWO_PI: number = 0.5 * Math.log(2 * Math.PI);

/** ln φ(z), the standard normal log-density. */
export function logNormalDensity(z: number): number {
  return -0.5 * z * z - LOG_ROOT_TWO_PI;
}

/** P(0 < Z < z) = ½ erf(z/√2) of a standard normal Z, z ≥ 0: exact to the last digits also where it is tiny. */
export function massFromCentre(z: number): number {
  const x = z * Math.SQRT1_2;
  return x > ERF_ONE ? 0.5 : 0.5 * erf(x);
}

/** P(Z > z) = ½ erfc(z/√2), z ≥ 0: exact to the last digits also where it is tiny. */
export function upperTail(z: number): number {
  const x = z * Math.SQRT1_2;
  return x > ERFC_UNDERFLOW ? 0 : 0.5 * erfc(x);
}

/** The z ≥ 0 with `upperTail(z) = probability`, in [0, ½]; infinite for 0. */
export function fromUpperTail(probability: number): number {
  return probability === 0 ? Number.POSITIVE_INFINITY : -ndtri(probability);
}

/** The z with P(0 < Z < z) = `mass`, in [-0.3, 0.3]; negative on the left. */
export function fromCentre(mass: number): number {
  const z = ndtri(0.5 + mass);
  // ½ + mass rounds a small mass away: one Newton step on erf brings its digits back.
  return z - (Math.sign(z) * massFromCentre(Math.abs(z)) - mass) / Math.exp(logNormalDensity(z));
}
