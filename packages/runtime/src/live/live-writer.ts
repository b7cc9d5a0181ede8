import { rmSync } from 'node:fs';
import { replaceFile } from '@auto-seg-loss/files';
import { isAslError } from '@auto-seg-loss/kernel';
import { HEARTBEAT_MS, type LiveRecord, liveFile } from './live-record.ts';
import { thisProcess } from './process-identity.ts';

/** What a run says of itself, but for who and when. */
export type LiveContent = Omit<LiveRecord, 'format' | 'process' | 'begun' | 'updated' | 'ended'>;

/** Between two writings, at the least: of all that happens meanwhile the last is worth telling. */
const LEAST_MS = 1_000;

/**
 * Keeps the record of a run that is under way. That it cannot be written is no reason to end a run: whoever looks knows less then.
 */
export class LiveWriter {
  readonly #path: string;
  readonly #content: () => LiveContent;
  readonly #process: LiveRecord['process'] = thisProcess();
  readonly #begun: string = new Date().toISOString();
  readonly #heartbeat: NodeJS.Timeout;
  #soon: NodeJS.Timeout | undefined;
  #last = Number.NEGATIVE_INFINITY;

  /** @param content asked for whenever it is written. */
  constructor(folder: string, content: () => LiveContent) {
    this.#path = liveFile(folder);
    this.#content = content;
    this.#heartbeat = setInterval(() => this.#write(null), HEARTBEAT_MS).unref();
    this.#write(null);
  }

  /** The content is another: it is written now or soon. */
  changed(): void {
    if (this.#soon !== undefined) return;
    const wait = Math.max(0, this.#last + LEAST_MS - performance.now());
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.#write(null);
    }, wait).unref();
  }

  /** The run was asked to end and did. */
  stopped(): void {
    this.#end({ how: 'stopped', code: null, message: null });
  }

  failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#end({ how: 'failed', code: isAslError(error) ? error.code : null, message });
  }

  /** What the folder holds says the rest. */
  finished(): void {
    this.#quiet();
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // Whoever looks sees that its process is gone.
    }
  }

  #end(ended: LiveRecord['ended']): void {
    this.#quiet();
    this.#write(ended);
  }

  #quiet(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#soon);
  }

  #write(ended: LiveRecord['ended']): void {
    this.#last = performance.now();
    const times = { begun: this.#begun, updated: new Date().toISOString() };
    const content = ended === null ? this.#content() : { ...this.#content(), preparing: null, doing: [], waiting: 0 };
    const record: LiveRecord = { format: 1, process: this.#process, ...times, ...content, ended };
    try {
      replaceFile(this.#path, `${JSON.stringify(record)}\n`);
    } catch {
      // See above.
    }
  }
}
