/**
 * A command that a message tells a person to run, as it can be pasted into a POSIX shell in the folder of the process. It runs
 * the `asl` that is installed in the project or for the user: `npx asl` alone, where there is none, would fetch whatever package
 * a public registry has by that name.
 * @param words the arguments, unquoted: `aslCommand('search', '--resume', 'runs/my run')`.
 */
export function aslCommand(...words: readonly string[]): string {
  return shellCommand('npx', '--no-install', 'asl', ...words);
}

/** Any other command, as it can be pasted into a POSIX shell. @param words unshellWord. */
export function shellCommand(...words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** A word as it can be pasted into a POSIX shell. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
