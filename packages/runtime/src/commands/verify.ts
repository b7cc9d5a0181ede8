import { randomInt } from 'node:crypto';
import { AslError } from '@auto-seg-loss/kernel';
import { didYouMean } from '@auto-seg-loss/schema';
import type { Law, LawReport } from '@auto-seg-loss/testing';
import { findSubjects } from '../verify/find-subjects.ts';
import type { Subject, SubjectKind, VerifiedSubject } from '../verify/subject.ts';

export interface VerifyOptions {
  /** Plugin names, modules or folders, loss files, published losses, configs; without any, every installed plugin. */
  readonly targets: readonly string[];
  readonly kind?: SubjectKind;
  /** Options that the plugins are tried with; without them, their defaults and others. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Inputs for each law; costly laws take a share of them. */
  readonly runs: number;
  /** Without it, another one each time. */
  readonly seed?: number;
  /** Only the law of this name. */
  readonly law?: string;
  /** The path of a counterexample that was found with the same seed: it alone is tried. */
  readonly replay?: string;
  readonly engine: 'auto' | 'native' | 'wasm';
  readonly cwd: string;
  readonly allowCode?: boolean;
  readonly onSubject?: (subject: Omit<Subject, 'laws'>, laws: number) => void;
  readonly onReport?: (subject: Omit<Subject, 'laws'>, report: LawReport) => void;
  readonly onVerified?: (subject: VerifiedSubject) => void;
}

export interface VerifyResult {
  readonly seed: number;
  readonly runs: number;
  readonly subjects: readonly VerifiedSubject[];
}

/** Kinds whose laws compute no tensors. */
const WITHOUT_TENSORS: readonly string[] = ['constraint', 'searcher', 'dataset', 'decoder'];

/**
 * Tries to break the laws of plugins and losses. A broken law is a result, not an error.
 * @throws AslError for a target that is nothing to verify, a law that no target has, and what loading them throws.
 */
export async function verify(options: VerifyOptions): Promise<VerifyResult> {
  const { runs, law, replay, engine, seed = randomInt(2 ** 31 - 1) } = options;
  const subjects = await findSubjects(options);
  if (subjects.some(({ kind }) => !WITHOUT_TENSORS.includes(kind))) {
    const { openEngine } = await import('@auto-seg-loss/engine');
    await openEngine({ backend: engine, threads: 1 });
  }
  const verified: VerifiedSubject[] = [];
  const names = new Set<string>();
  for (const subject of subjects) {
    const { laws: lawsOfIt, ...known } = subject;
    const found = await lawsOfIt();
    const all: readonly Law[] = 'laws' in found ? found.laws : [];
    for (const { name } of all) names.add(name);
    const tried = all.filter(({ name }) => law === undefined || name === law);
    if (law !== undefined && tried.length === 0) continue;
    options.onSubject?.(known, tried.length);
    const reports: LawReport[] = [];
    for (const each of tried) {
      const report = await each.check({ runs, seed, ...(replay === undefined ? {} : { replay }) });
      reports.push(report);
      options.onReport?.(known, report);
    }
    const result = { ...known, reports, untried: 'untried' in found ? found.untried : undefined };
    verified.push(result);
    options.onVerified?.(result);
  }
  if (verified.length === 0) throw noSuchLaw(law ?? '', [...names]);
  return { seed, runs, subjects: verified };
}

function noSuchLaw(law: string, names: readonly string[]): AslError {
  const remedy = didYouMean(law, names);
  return new AslError('ASL_USAGE', `there is no law "${law}"`, {
    where: '--law',
    expected: `one of: ${names.join(', ')}`,
    received: `"${law}"`,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
