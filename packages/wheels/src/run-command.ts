import { spawn } from 'node:child_process';

/** How a command ended. */
export interface CommandResult {
  /** Null if it could not be started or was killed. */
  readonly code: number | null;
  /** The last 64 KiB of its standard output and error. */
  readonly output: string;
}

const OUTPUT_LIMIT = 65_536;

/** Runs a command to its end; never rejects. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-OUTPUT_LIMIT);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}
