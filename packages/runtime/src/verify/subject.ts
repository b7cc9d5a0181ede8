import type { PluginKind } from '@auto-seg-loss/kernel';
import type { Law, LawReport } from '@auto-seg-loss/testing';

/** Curves are no plugin. */
export type SubjectKind = PluginKind | 'searched loss';

/** Something that laws are tried on: a plugin, or a searched loss. */
export interface Subject {
  readonly kind: SubjectKind;
  /** As a person knows it: the plugin's name, or the loss as it was given. */
  readonly name: string;
  /** Arguments of `asl verify` that mean this subject alone. */
  readonly target: readonly string[];
  /** The module or loss file; undefined for published losses. */
  readonly file: string | undefined;
  /** The options that it is tried with, where some were given. */
  readonly options: Readonly<Record<string, unknown>> | undefined;
  /** Its laws; or why none can be tried. */
  laws(): Promise<{ readonly laws: readonly Law[] } | { readonly untried: string }>;
}

/** What came of a subject's laws. */
export interface VerifiedSubject extends Omit<Subject, 'laws'> {
  /** Empty where nothing could be tried. */
  readonly reports: readonly LawReport[];
  readonly untried: string | undefined;
}
