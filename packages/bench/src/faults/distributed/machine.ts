import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ASL } from '../../asl-program.ts';
import { type TrialWatch, watched } from './trial-journal.ts';

/** Of what it printed, the characters that are kept. */
const KEPT = 4000;

/** An `asl worker` of one slot, as if on a machine of its own. */
export class Machine {
  readonly #url: string;
  readonly #cwd: string;
  readonly #watch: TrialWatch;
  #process: ChildProcess | undefined;
  /** The end of what it printed. */
  output = '';

  /** @param cwd without a config. */
  constructor(url: string, cwd: string, watch: TrialWatch) {
    this.#url = url;
    this.#cwd = cwd;
    this.#watch = watch;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  start(): void {
    const child = spawn(process.execPath, [ASL, 'worker', '--url', this.#url, '--slots', '1'], {
      cwd: this.#cwd,
      // A group of its own, with the processes of its trials in it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...watched(this.#watch) },
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.output = `${this.output}${text}`.slice(-KEPT);
    });
    child.once('exit', (code, signal) => {
      this.output += `[ended with ${signal ?? `exit code ${code}`}]\n`;
      // A worker that comes where there is no Redis says so, and ends. One that was there waits for it.
      if (this.#process === child && signal === null && this.output.includes('ASL_WORKERS_UNREACHABLE')) this.start();
    });
    this.output = '';
    this.#process = child;
  }

  /** To the worker and the processes of its trials. */
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void {
    this.#signal(name);
  }

  /** Takes it from the network and the mains. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    this.#signal('SIGKILL');
    this.#process = undefined;
    await ended;
  }

  #signal(name: NodeJS.Signals): void {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, name);
    } catch {
      // It has ended.
    }
  }
}
