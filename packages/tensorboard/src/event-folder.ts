import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { decodeTags, encodeEvent, encodeVersion, type TaggedValue } from './events.ts';
import { encodeRecord, readRecords } from './records.ts';

/** `events.out.tfevents.<seconds since 1970>.` */
const EVENT_FILE = /^events\.out\.tfevents\.(\d{10,})\./;

/**
 * The event files of one of TensorBoard's runs: a folder. Each tag has one value at a step, and steps that go up: of two values
 * at one step TensorBoard shows one in one place and both in another, and of steps that go back it forgets what came after. So
 * what is on the disk already is not written again, whatever process wrote it.
 */
export class EventFolder {
  readonly #folder: string;
  /** The last step of each tag. */
  readonly #last: Map<string, number>;
  /** In the name of the newest file. */
  #newest: number;
  #file: number | undefined;

  private constructor(folder: string, last: Map<string, number>, newest: number) {
    this.#folder = folder;
    this.#last = last;
    this.#newest = newest;
  }

  /** Reads what is there. A file that was cut off within a record counts as far as it is whole. */
  static open(folder: string): EventFolder {
    const last = new Map<string, number>();
    let newest = 0;
    for (const name of eventFiles(folder)) {
      newest = Math.max(newest, Number(EVENT_FILE.exec(name)?.[1] ?? 0));
      for (const record of readRecords(readFileSync(join(folder, name)))) {
        const { step, tags } = decodeTags(record);
        for (const tag of tags) last.set(tag, Math.max(step, last.get(tag) ?? step));
      }
    }
    return new EventFolder(folder, last, newest);
  }

  /** The last step that a tag has; undefined without one. */
  lastStep(tag: string): number | undefined {
    return this.#last.get(tag);
  }

  /** Writes the values that their tags do not have yet, at once. Nothing is made or opened where there is none. */
  write(step: number, values: readonly TaggedValue[]): void {
    const fresh = values.filter(({ tag }) => step > (this.#last.get(tag) ?? Number.NEGATIVE_INFINITY));
    if (fresh.length === 0) return;
    this.#file ??= this.#begin();
    append(this.#file, encodeRecord(encodeEvent(Date.now() / 1000, step, fresh)));
    for (const { tag } of fresh) this.#last.set(tag, step);
  }

  /** A file after those that are there: what a killed process left of a record is not written on to. */
  #begin(): number {
    mkdirSync(this.#folder, { recursive: true });
    // They are read in the order of their names, also where the time of day was set back.
    this.#newest = Math.max(Math.floor(Date.now() / 1000), this.#newest + 1);
    const name = `events.out.tfevents.${String(this.#newest).padStart(10, '0')}.asl.${process.pid}`;
    const file = openSync(join(this.#folder, name), 'wx', 0o666);
    append(file, encodeRecord(encodeVersion(Date.now() / 1000)));
    return file;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** Of a folder, by name; none where there is no folder. */
export function eventFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => EVENT_FILE.test(name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function append(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}
