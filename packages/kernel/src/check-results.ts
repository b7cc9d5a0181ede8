import { AslError } from './errors.ts';
import type { Proposal, TrialResult } from './searcher.ts';

/**
 * What every searcher's `tell` checks before it changes anything: there is a result for each proposal of the round last
 * asked for, in their order, and its reward is a finite number in [0, 1].
 *
 * @param searcher name, for the message.
 * @param proposals of the pending round; null if `ask` was not called since the last `tell`.
 * @returns the pending proposals.
 * @throws AslError ASL_ARGUMENT_INVALID.
 */
export function checkResults(
  searcher: string,
  proposals: readonly Proposal[] | null,
  results: readonly TrialResult[],
): readonly Proposal[] {
  const where = `searcher "${searcher}", tell`;
  if (proposals === null) {
    throw new AslError('ASL_ARGUMENT_INVALID', 'results were told before a round was asked for', {
      where,
      expected: 'ask, then tell',
    });
  }
  if (results.length !== proposals.length) {
    throw new AslError('ASL_ARGUMENT_INVALID', 'the number of results is not that of the proposals', {
      where,
      expected: `${proposals.length} results`,
      received: String(results.length),
    });
  }
  for (const [index, proposal] of proposals.entries()) {
    checkResult(`${where}, result ${index}`, proposal.theta, results[index] as TrialResult);
  }
  return proposals;
}

function checkResult(where: string, theta: readonly number[], result: TrialResult): void {
  if (!(result.reward >= 0 && result.reward <= 1)) {
    throw new AslError('ASL_ARGUMENT_INVALID', 'a reward is not a number in [0, 1]', {
      where,
      expected: 'a number in [0, 1]; 0 for a failed trial',
      received: String(result.reward),
    });
  }
  if (result.theta.length !== theta.length || theta.some((value, axis) => value !== result.theta[axis])) {
    throw new AslError('ASL_ARGUMENT_INVALID', 'a result is not that of the proposal at its place', {
      where,
      expected: JSON.stringify(theta),
      received: JSON.stringify(result.theta),
      remedy: 'tell results in the order of the proposals',
    });
  }
}
