import type { CandidateProblem, FailureReason } from '@auto-seg-loss/training';

const WHAT: Readonly<Record<FailureReason | `check-${CandidateProblem['reason']}`, string>> = {
  'check-loss-not-finite': 'the loss is not finite on sample logits',
  'check-gradient-not-finite': "the loss's gradient is not finite on sample logits",
  'loss-not-finite': 'the loss became not finite',
  'gradient-not-finite': 'the gradient became not finite',
  'statistics-not-finite': 'activations became not finite',
  'logits-not-finite': "the trained network's logits are not finite",
};

/** Why a training could not go on, in a sentence. @param reason as trainings give it. @param iterations before it. */
export function notFinite(reason: keyof typeof WHAT, iterations: number): string {
  return `${WHAT[reason]} (after ${iterations} ${iterations === 1 ? 'iteration' : 'iterations'})`;
}

/** Whether that is why a training failed: only then a smaller learning rate may help. */
export function isNotFinite(error: string): boolean {
  return Object.values(WHAT).some((what) => error.startsWith(what));
}
