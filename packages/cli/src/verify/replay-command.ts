import { aslCommand } from '@auto-seg-loss/kernel';
import type { VerifiedSubject } from '@auto-seg-loss/runtime';

/** The command that tries one counterexample again. */
export function replayCommand({ target, options }: VerifiedSubject, law: string, seed: number, path: string): string {
  const fromConfig = /\.(json|ya?ml)$/.test(target[0] ?? '');
  const given = options === undefined || fromConfig ? [] : ['--options', JSON.stringify(options)];
  const replay = path === '' ? [] : ['--replay', path];
  return aslCommand('verify', ...target, ...given, '--law', law, '--seed', String(seed), ...replay);
}
