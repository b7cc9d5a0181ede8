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
  /** Correcting a wrong pixel never lowers the value. */
  readonly monotone: boolean;
  /** Exchanging prediction and label changes nothing, where no pixel is ignored and both hold the same classes. */
  readonly symmetric: boolean;
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
  monotone: false,
  symmetric: false,
};

const RENAMING = ['none', 'foreground', 'all'] as const;

/** What can be claimed of a mean of metrics: what all of them claim. */
export function commonClaims(claims: readonly MetricClaims[]): MetricClaims {
  return {
    renaming: RENAMING[Math.min(...claims.map(({ renaming }) => RENAMING.indexOf(renaming)))] ?? 'none',
    leavesOutIgnored: claims.every(({ leavesOutIgnored }) => leavesOutIgnored),
    shares: claims.every(({ shares }) => shares),
    monotone: claims.every(({ monotone }) => monotone),
    symmetric: claims.every(({ symmetric }) => symmetric),
  };
}
