import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { systemReason } from '@auto-seg-loss/kernel';

/**
 * The file that all workers' output goes to, with a line for each that starts or ends. A search goes on without it: one that
 * cannot be written is told of once, and no more is written.
 */
export class WorkerLog {
  readonly path: string;
  #descriptor: number | null = null;
  readonly #onLost: (reason: string) => void;

  /** Appends to what is there. @param onLost told why it cannot be written, once. */
  constructor(path: string, onLost: (reason: string) => void) {
    this.path = path;
    this.#onLost = onLost;
    try {
      this.#descriptor = openLog(path);
    } catch (error) {
      onLost(systemReason(error));
    }
  }

  /** For the workers' stdout and stderr; null where there is no log. */
  get descriptor(): number | null {
    return this.#descriptor;
  }

  line(text: string): void {
    if (this.#descriptor === null) return;
    try {
      writeSync(this.#descriptor, `[${new Date().toISOString()}] ${text}\n`);
    } catch (error) {
      this.close();
      this.#onLost(systemReason(error));
    }
  }

  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    if (descriptor === null) return;
    try {
      closeSync(descriptor);
    } catch {
      // What could not be written was told of, or is lost with the disk.
    }
  }
}

function openLog(path: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK = 0 } = constants;
  // A pipe in the file's place would be waited for.
  const descriptor = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o666);
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw new Error('not a file');
}
