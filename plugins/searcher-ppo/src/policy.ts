import { type AdamState, adamStart, adamStep } from './adam.ts';
import { logDensity, logDensityByMu } from './truncated-normal.ts';

/** What is learned: for each coordinate the logit of its truncated normal's μ, and Adam's state. */
export interface Policy {
  readonly logits: readonly number[];
  readonly adam: AdamState;
}

/** How a round's samples move the policy. */
export interface PolicyUpdate {
  readonly sigma: number;
  readonly learningRate: number;
  readonly clip: number;
  readonly updates: number;
}

/** Means nearer to a face than this start from here: the logit of 0 or 1 is infinite. */
const FACE_MARGIN = 1e-6;
/** Ratios of densities are bounded where their square would overflow; at σ = 0.2 they stay below e^13. */
const LOG_RATIO_BOUND = 300;

/** The policy with its means at `start`, values in [0, 1]. */
export function policyAt(start: readonly number[]): Policy {
  const logits = start.map((value) => {
    const inside = Math.min(1 - FACE_MARGIN, Math.max(FACE_MARGIN, value));
    return Math.log(inside / (1 - inside));
  });
  return { logits, adam: adamStart(start.length) };
}

/** μ = sigmoid(m), a value in [0, 1] for each coordinate. */
export function policyMeans(policy: Policy): readonly number[] {
  return policy.logits.map(sigmoid);
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/**
 * The clipped objective's updates after a round (Schulman et al. 2017, equation 7), with the ratio ρ taken per coordinate:
 * minimises −mean over samples, sum over coordinates, of min(ρA, clip(ρ, 1−ε, 1+ε)A), where ρ is the density of a
 * sample's coordinate under the moving policy over that under the policy that drew it.
 *
 * @param thetas the samples, [samples][dimensions], in [0, 1].
 * @param advantages A of each sample.
 */
export function updatePolicy(
  policy: Policy,
  thetas: readonly (readonly number[])[],
  advantages: readonly number[],
  options: PolicyUpdate,
): Policy {
  const { sigma } = options;
  const drawnFrom = policyMeans(policy);
  const oldLogs = thetas.map((theta) =>
    theta.map((x, axis) => logDensity(x, { mu: drawnFrom[axis] as number, sigma })),
  );

  let { logits, adam } = policy;
  for (let update = 0; update < options.updates; update++) {
    const gradient = logits.map((logit, axis) => {
      const mu = sigmoid(logit);
      let byMu = 0;
      for (const [sample, theta] of thetas.entries()) {
        const x = theta[axis] as number;
        const oldLog = oldLogs[sample]?.[axis] as number;
        const ratio = Math.exp(Math.min(LOG_RATIO_BOUND, logDensity(x, { mu, sigma }) - oldLog));
        byMu -=
          objectiveSlope(ratio, advantages[sample] as number, options.clip) * ratio * logDensityByMu(x, { mu, sigma });
      }
      return (byMu / thetas.length) * mu * (1 - mu);
    });
    const next = adamStep(logits, gradient, adam, options.learningRate);
    logits = next.values;
    adam = next.state;
  }
  return { logits, adam };
}

/** ∂ min(ρA, clip(ρ)A) / ∂ρ: A, or 0 where the clipped side is the smaller. */
function objectiveSlope(ratio: number, advantage: number, clip: number): number {
  const clipped = advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip;
  return clipped ? 0 : advantage;
}
