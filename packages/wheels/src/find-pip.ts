import { runCommand } from './run-command.ts';

/** A program that an installation needs, with how to call it. */
export interface Tool {
  readonly command: readonly string[];
  /** As it says itself. */
  readonly version: string;
}

/** The first of some commands that runs; undefined where none does. */
export async function firstOf(
  candidates: readonly (readonly string[])[],
  versionFlag: string,
): Promise<Tool | undefined> {
  for (const command of candidates) {
    const [program, ...rest] = command;
    if (program === undefined) continue;
    const { code, output } = await runCommand(program, [...rest, versionFlag]);
    if (code === 0) return { command, version: (output.split('\n')[0] ?? '').trim() };
  }
  return undefined;
}

/** Python and pip, which fetch the library. Neither is used at run time. */
export async function findPip(): Promise<{ readonly python: Tool | undefined; readonly pip: Tool | undefined }> {
  const [python, pip] = await Promise.all([
    firstOf([['python3'], ['python']], '--version'),
    firstOf([['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']], '--version'),
  ]);
  return { python, pip };
}
