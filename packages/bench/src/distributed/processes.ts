import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASL } from '../asl-program.ts';
import { SEARCH_OF_SECONDS } from '../faults/searches.ts';
import { overRedis } from './run-asl.ts';

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of `asl`, with processes of its own. */
export class AslProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<ProcessEnd>;
  #stderr = '';
  readonly #hearers: Set<() => void> = new Set();

  constructor(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, [ASL, ...args], {
      cwd,
      // A group of its own, which can be stopped and killed as a whole.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#tell();
    });
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => {
        resolve({ code, signal });
        this.#tell();
      });
    });
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Waits until stderr says something. @throws Error where the process ends before. */
  async until(what: RegExp): Promise<void> {
    while (!what.test(this.#stderr)) {
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`it ended without ${what}:\n${this.#stderr}`);
      await new Promise<void>((resolve) => {
        const hear = (): void => {
          this.#hearers.delete(hear);
          resolve();
        };
        this.#hearers.add(hear);
      });
    }
  }

  /** Sends a signal to it alone. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Sends a signal to it and its processes. */
  signalAll(signal: NodeJS.Signals): void {
    try {
      if (this.child.pid !== undefined) process.kill(-this.child.pid, signal);
    } catch {
      // It is gone.
    }
  }

  #tell(): void {
    for (const hear of [...this.#hearers]) hear();
  }
}

/** A project in a temporary folder, in which one search is run by processes of `asl`. */
export class DistributedProject {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'asl-distributed-'));
  readonly #processes: AslProcess[] = [];
  readonly #url: string;

  /** @param url of Redis. @param config takes the place of the fields that it names. */
  constructor(url: string, config: object = {}) {
    this.#url = url;
    writeFileSync(
      join(this.folder, 'asl.config.json'),
      JSON.stringify({ ...SEARCH_OF_SECONDS, workers: 2, ...config }),
    );
  }

  /** @param options of executor-bullmq; null for processes of this machine. */
  search(out: string, options: object | null, more: readonly string[] = []): AslProcess {
    return this.start(['search', '--out', out, '--engine', 'wasm', ...executor(options), ...more]);
  }

  resume(run: string, options: object | null, more: readonly string[] = []): AslProcess {
    return this.start(['search', '--resume', run, ...executor(options), ...more]);
  }

  worker(more: readonly string[] = ['--slots', '1']): AslProcess {
    return this.start(['worker', ...more]);
  }

  /** Any command; the variable ASL_REDIS holds the URL. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): AslProcess {
    const started = new AslProcess(args, this.folder, { ASL_REDIS: this.#url, ...env });
    this.#processes.push(started);
    return started;
  }

  /** The loss file of a run. */
  loss(out: string): string {
    return readFileSync(join(this.folder, out, 'loss.json'), 'utf8');
  }

  /** Kills all that runs of it. */
  async killAll(): Promise<void> {
    const all = this.#processes.splice(0);
    for (const each of all) each.signalAll('SIGKILL');
    await Promise.all(all.map(({ ended }) => ended));
  }

  async remove(): Promise<void> {
    await this.killAll();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function executor(options: object | null): readonly string[] {
  return options === null ? ['--set', 'executor=processes'] : overRedis('$ASL_REDIS', options);
}
