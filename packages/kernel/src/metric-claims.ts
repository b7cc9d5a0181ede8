/**
 * What an author claims of a metric beyond what holds of every one. `asl verify` tries to refute each claim; what is not
 * claimed is not checked.
 */
export interface MetricClaims {
  /** Renaming classes, in prediction and label alike, changes nothing: all classes, all but class 0, or it may change. */
  readonly renaming: 'all' | 'foreground' | 'none';
  /** What is predicted at ignored pixels changes nothing. */
  readonly leavesOutIgnored: boolean;
  /** Every ratio that it takes is a share, of a part in its whole: in [0, 1]. */
  readonly shares: boolean;
  /**
   * Where its loss leads, for all curves that truth table and monotonicity accept:
   * - `pixel`: moving probability to the right class, at any pixel, never raises it;
   * - `label`: no answer costs less than the label itself, but on the way to it the loss may rise;
   * - `none`: some answer may cost less than the label.
   */
  readonly leads: 'pixel' | 'label' | 'none';
  /** Correcting a wrong pixel never lowers the value. */
  readonly monotone: boolean;
  /** Exchanging prediction and label changes nothing, where no pixel is ignored and both hold the same classes. */
  readonly symmetric: boolean;
  /**
   * Pictures that are turned have the same value: upside down, left to right, and with rows and columns exchanged; `mirrored` ones
   * alone, where rows are not as far apart as columns; or they may not, where it matters from which side a picture is read.
   */
  readonly flips: 'all' | 'mirrored' | 'none';
  /** Pixels that an outline may be off at no cost; a pixel more costs. */
  readonly tolerance?: number;
  /** Pixels from the label's outlines up to which predictions count; those farther off change nothing. */
  readonly reach?: number;
}

/** What is claimed of a metric that says nothing. */
export const defaultClaims: MetricClaims = {
  renaming: 'all',
  leavesOutIgnored: true,
  shares: true,
  leads: 'pixel',
  monotone: false,
  symmetric: false,
  flips: 'all',
};

// From the least that can be claimed to the most.
const RENAMING = ['none', 'foreground', 'all'] as const;
const LEADS = ['none', 'label', 'pixel'] as const;
const FLIPS = ['none', 'mirrored', 'all'] as const;

/** What can be claimed of a mean of metrics: what all of them claim. */
export function commonClaims(claims: readonly MetricClaims[]): MetricClaims {
  return {
    renaming: least(
      RENAMING,
      claims.map(({ renaming }) => renaming),
    ),
    leavesOutIgnored: claims.every(({ leavesOutIgnored }) => leavesOutIgnored),
    shares: claims.every(({ shares }) => shares),
    leads: least(
      LEADS,
      claims.map(({ leads }) => leads),
    ),
    monotone: claims.every(({ monotone }) => monotone),
    symmetric: claims.every(({ symmetric }) => symmetric),
    flips: least(
      FLIPS,
      claims.map(({ flips }) => flips),
    ),
  };
}

/** The least of some claims. @param order from the least to the most. */
function least<Claim>(order: readonly [Claim, ...Claim[]], claims: readonly Claim[]): Claim {
  return order[Math.min(...claims.map((claim) => order.indexOf(claim)))] ?? order[0];
}
