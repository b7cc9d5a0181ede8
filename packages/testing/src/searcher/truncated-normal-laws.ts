import fc from 'fast-check';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';

/** The mean and standard deviation of a normal distribution before it is cut to [0, 1]: mu in [0, 1], sigma above 0. */
export interface CutNormal {
  readonly mu: number;
  readonly sigma: number;
}

/** An implementation of the normal distribution cut to [0, 1]. */
export interface TruncatedNormal {
  /** ln of the density at x. */
  logDensity(x: number, distribution: CutNormal): number;
  /** Its derivative by mu, for x in [0, 1]. */
  logDensityByMu(x: number, distribution: CutNormal): number;
  /** The inverse of the distribution function, for a probability in [0, 1). */
  quantile(probability: number, distribution: CutNormal): number;
}

interface Input extends CutNormal {
  readonly x: number;
}

/** Intervals of Simpson's rule on [0, 1]; with σ ≥ 0.02 it is exact to 1e-9. */
const INTERVALS = 2000;

/** ∫ f over [0, 1] by Simpson's rule. */
function integral(f: (x: number) => number): number {
  let sum = f(0) + f(1);
  for (let i = 1; i < INTERVALS; i++) sum += (i % 2 === 1 ? 4 : 2) * f(i / INTERVALS);
  return sum / (3 * INTERVALS);
}

/** What holds of the normal distribution cut to [0, 1] (Burkardt, *The Truncated Normal Distribution*, 2014). */
export function truncatedNormalLaws({ logDensity, logDensityByMu, quantile }: TruncatedNormal): readonly Law[] {
  const unit = fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    fc.constantFrom(0, 1, 0.5),
  );
  const below1 = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  const anySigma = fc.double({ min: -4, max: 6, noNaN: true }).map((exponent) => 10 ** exponent);
  const moderateSigma = fc.double({ min: 0.02, max: 20, noNaN: true });
  const inputs = fc.record({ x: unit, mu: unit, sigma: anySigma });
  const moderate = fc.record({ x: unit, mu: unit, sigma: moderateSigma });
  const show = ({ x, mu, sigma }: Input): string => `x or probability ${x}, μ ${mu}, σ ${sigma}`;
  const density = (x: number, distribution: CutNormal): number => Math.exp(logDensity(x, distribution));
  return [
    law<Input>({
      name: 'support',
      statement: 'Samples lie in [0, 1]; outside there is no density, inside it is finite.',
      inputs: fc.record({ x: below1, mu: unit, sigma: anySigma }),
      show,
      holds: (input) => {
        const sample = quantile(input.x, input);
        demand(sample >= 0 && sample <= 1, `the quantile is ${sample}`);
        const inside = [logDensity(input.x, input), logDensityByMu(input.x, input)];
        demand(inside.every(Number.isFinite), `log-density and its slope are ${inside.join(' and ')}`);
        for (const x of [-1e-9, -1, 1 + 1e-9, 2]) {
          const outside = logDensity(x, input);
          demand(outside === Number.NEGATIVE_INFINITY, `the log-density at ${x} is ${outside}`);
        }
      },
    }),
    law<Input>({
      name: 'integral',
      statement: 'The density integrates to 1.',
      share: 0.5,
      inputs: moderate,
      show,
      holds: (input) => {
        const total = integral((x) => density(x, input));
        demand(Math.abs(total - 1) <= 1e-7, `the integral is ${total}`);
      },
    }),
    law<Input>({
      name: 'moments',
      statement: 'Mean and variance are those of the closed forms.',
      share: 0.5,
      inputs: moderate,
      show,
      holds: (input) => {
        const { mu, sigma } = input;
        const [left, right] = [density(0, input), density(1, input)];
        // Integration by parts: E[x - μ] = σ²(f(0) - f(1)); E[(x - μ)²] = σ²(1 - (1 - μ)·f(1) - μ·f(0)).
        const closed = [sigma ** 2 * (left - right), sigma ** 2 * (1 - (1 - mu) * right - mu * left)];
        const measured = [1, 2].map((power) => integral((x) => (x - mu) ** power * density(x, input)));
        for (const [index, value] of measured.entries()) {
          const expected = closed[index] as number;
          // For wide σ the closed forms cancel.
          const tolerance = 1e-7 + 1e-11 * sigma ** 2;
          demand(
            Math.abs(value - expected) <= tolerance,
            `moment ${index + 1} is ${value}, the closed form ${expected}`,
          );
        }
      },
    }),
    law<Input>({
      name: 'score',
      statement: 'The slope of the log-density by μ is (x - mean) / σ².',
      share: 0.5,
      inputs: moderate,
      show,
      holds: (input) => {
        const { x, sigma } = input;
        const mean = integral((at) => at * density(at, input));
        const [slope, expected] = [logDensityByMu(x, input), (x - mean) / sigma ** 2];
        demand(Math.abs(slope - expected) <= 1e-6 / Math.min(1, sigma ** 2), `it is ${slope}, not ${expected}`);
      },
    }),
    law<Input>({
      name: 'inverse',
      statement: 'The quantile of a probability is where the distribution function has it.',
      share: 0.5,
      inputs: fc.record({ x: below1, mu: unit, sigma: moderateSigma }),
      show: show,
      holds: (input) => {
        const at = quantile(input.x, input);
        const mass = integral((part) => at * density(at * part, input));
        demand(Math.abs(mass - input.x) <= 1e-6, `the mass below ${at} is ${mass}`);
      },
    }),
    law<Input>({
      name: 'ascending',
      statement: 'Quantiles do not decrease.',
      inputs: fc.record({ x: below1, mu: unit, sigma: anySigma }),
      show,
      holds: (input) => {
        const more = input.x + (1 - input.x) / 16;
        const [low, high] = [quantile(input.x, input), quantile(more, input)];
        demand(high >= low - 1e-14, `${low} at ${input.x}, and ${high} at ${more}`);
      },
    }),
    law<Input>({
      name: 'mirror',
      statement: 'Mirrored at ½, μ and x have the same density, and the slope changes sign.',
      inputs,
      show,
      holds: (input) => {
        const { x, mu, sigma } = input;
        const mirrored = { mu: 1 - mu, sigma };
        const tolerance = 1e-9 * (1 + 1 / sigma ** 2);
        const values = [logDensity(x, input), logDensity(1 - x, mirrored)] as const;
        demand(Math.abs(values[0] - values[1]) <= tolerance, `the log-densities are ${values.join(' and ')}`);
        const slopes = [logDensityByMu(x, input), logDensityByMu(1 - x, mirrored)] as const;
        const same = Math.abs(slopes[0] + slopes[1]) <= tolerance * (1 + 1 / sigma);
        demand(same, `the slopes are ${slopes.join(' and ')}`);
      },
    }),
    law<Input>({
      name: 'limits',
      statement: 'A narrow σ is all at μ, a wide one is uniform; at μ = 0 and 1 it is half a bell.',
      inputs: fc.record({ x: fc.double({ min: 0.01, max: 0.99, noNaN: true }), mu: unit, sigma: fc.constant(1) }),
      show,
      holds: ({ x, mu }) => {
        const narrow = quantile(x, { mu, sigma: 1e-9 });
        demand(Math.abs(narrow - mu) <= 1e-8, `with σ = 1e-9, the quantile is ${narrow}`);
        const wide = quantile(x, { mu, sigma: 1e8 });
        demand(Math.abs(wide - x) <= 1e-9, `with σ = 1e8, the quantile is ${wide}`);
        const level = logDensity(x, { mu, sigma: 1e8 });
        demand(Math.abs(level) <= 1e-9, `with σ = 1e8, the log-density is ${level}`);
        // P(|Z| < z) = x of a standard normal Z: the same quantile at both ends, and ln √(2/π) - ln σ at the end itself.
        const [left, right] = [quantile(x, { mu: 0, sigma: 0.01 }), quantile(1 - x, { mu: 1, sigma: 0.01 })];
        demand(Math.abs(left - (1 - right)) <= 1e-12, `half bells at 0 and 1 differ: ${left}, ${1 - right}`);
        const end = logDensity(0, { mu: 0, sigma: 0.01 });
        const expected = 0.5 * Math.log(2 / Math.PI) - Math.log(0.01);
        demand(Math.abs(end - expected) <= 1e-12, `the log-density of half a bell at its end is ${end}`);
      },
    }),
  ];
}
