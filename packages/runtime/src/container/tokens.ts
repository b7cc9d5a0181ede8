import type { Constraint, Dataset, ExecutorFactory, Metric, Searcher, Surrogate } from '@auto-seg-loss/kernel';
import type { Architecture } from '@auto-seg-loss/ops';
import type { DependencyContainer } from 'tsyringe';
import type { TakenPrior } from '../prior/taken-prior.ts';
import type { LossSpace } from './loss-space.ts';

/** The parts of a run. Each is made once, when first asked for; plugins may take time to make theirs. */
export interface Parts {
  /** The one searched for; of several the first. */
  readonly metric: Promise<Metric>;
  /** All that are searched for: one, or those of a front, in the order of the config. */
  readonly searched: Promise<readonly Metric[]>;
  /** The metric whose formula the loss relaxes: the first searched for, where the config names no other. */
  readonly formula: Promise<Metric>;
  /** Those that a candidate must not lower, in the order of the config. */
  readonly guards: Promise<readonly Metric[]>;
  /** Those of reports: those searched for, the guards, then the config's `report.metrics`, each name once. */
  readonly metrics: Promise<readonly Metric[]>;
  readonly surrogate: Promise<Surrogate>;
  readonly constraints: Promise<readonly Constraint[]>;
  readonly space: Promise<LossSpace>;
  /** What the searcher learns from; read from disk when first asked for, unless it was taken before. */
  readonly prior: Promise<readonly TakenPrior[]>;
  readonly searcher: Promise<Searcher>;
  readonly dataset: Promise<Dataset>;
  readonly executor: Promise<ExecutorFactory>;
  readonly network: Promise<Architecture>;
  /** That of trials: the same, where the config names no other. */
  readonly proxyNetwork: Promise<Architecture>;
}

/** The container's token of a part. */
export function token(part: keyof Parts): string {
  return `asl.${part}`;
}

/** Asks the container for a part. */
export function part<K extends keyof Parts>(container: DependencyContainer, name: K): Parts[K] {
  return container.resolve<Parts[K]>(token(name));
}
