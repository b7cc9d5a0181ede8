import { closeSync, openSync, writeSync } from 'node:fs';
import { AslError } from '@auto-seg-loss/kernel';

/** The file that all workers' output goes to, with a line for each that starts or ends. */
export class WorkerLog {
  /** For the workers' stdout and stderr. */
  readonly descriptor: number;
  readonly path: string;

  /** Appends to what is there. @throws AslError ASL_RUN_FOLDER where it cannot be opened. */
  constructor(path: string) {
    this.path = path;
    try {
      this.descriptor = openSync(path, 'a');
    } catch (error) {
      throw new AslError('ASL_RUN_FOLDER', "the workers' log cannot be written", {
        where: path,
        received: error instanceof Error ? error.message : String(error),
        remedy: 'choose another run folder',
        cause: error,
      });
    }
  }

  line(text: string): void {
    writeSync(this.descriptor, `[${new Date().toISOString()}] ${text}\n`);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
