import type { VerifiedSubject } from '@auto-seg-loss/runtime';

/** The command that tries one counterexample again. */
export function replayCommand({ target, options }: VerifiedSubject, law: string, seed: number, path: string): string {
  const fromConfig = /\.(json|ya?ml)$/.test(target[0] ?? '');
  const given = options === undefined || fromConfig ? [] : ['--options', quoted(JSON.stringify(options))];
  const replay = path === '' ? [] : ['--replay', quoted(path)];
  const words = ['asl', 'verify', ...target.map(quoted), ...given, '--law', law, '--seed', String(seed), ...replay];
  return words.join(' ');
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
