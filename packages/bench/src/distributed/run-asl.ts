import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ASL } from '../asl-program.ts';

/** A command that was started. */
export interface Started {
  readonly child: ChildProcess;
  /** Settles at its end. @throws Error with what it wrote, if it failed. */
  readonly ended: Promise<void>;
}

/** Starts `asl` in a folder. */
export function startAsl(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Started {
  return startScript(ASL, args, cwd, env);
}

/** Starts a script of Node. @param hear gets each line that it prints. */
export function startScript(
  script: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
  hear: (line: string) => void = () => {},
): Started {
  const child = spawn(process.execPath, [script, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let [rest, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) hear(line);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(stderr))));
  });
  // Whoever ends it does not wait.
  ended.catch(() => {});
  return { child, ended };
}

/** Ends it, as Ctrl-C does. */
export async function stop({ child }: Started): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGINT');
  await closed;
}

/** The argument that has trials run over a Redis. */
export function overRedis(url: string, options: object = {}): readonly string[] {
  return ['--set', `executor=${JSON.stringify({ use: 'bullmq', url, ...options })}`];
}
