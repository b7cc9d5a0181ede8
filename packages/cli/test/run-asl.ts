import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ASL: string = fileURLToPath(new URL('../bin/asl.js', import.meta.url));

/** What a command came to. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the built `asl` as a person does, without a terminal. */
export function runAsl(args: readonly string[], { cwd = process.cwd(), env = {} }: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ASL, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Starts the built `asl` and waits for a line on stderr. */
export async function startAslUntil(
  args: readonly string[],
  line: RegExp,
  cwd: string,
): Promise<{ readonly child: ChildProcess; readonly stderr: () => string }> {
  const child = spawn(process.execPath, [ASL, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (line.test(stderr)) resolve();
    });
    child.once('close', () => reject(new Error(`ended before ${line}:\n${stderr}`)));
  });
  return { child, stderr: () => stderr };
}
