import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect } from 'vitest';
import type { Watch } from './inputs.ts';

/** What one input took to be answered. */
export interface Taken {
  /** Of the whole process, so that a machine that is busy makes no input slow. */
  readonly cpuMs: number;
  /** The most memory while it was read, above what the process had before. */
  readonly bytes: number;
}

/** Where an input is not waited for any longer: its process is ended. */
const HARD = { hardCpuMs: 60_000, hardBytes: 1024 ** 3, hardWallMs: 5 * 60_000 };

/** Indices of what the watchdog's thread reads too. */
const [ACTIVE, CPU, WALL, RSS, PEAK] = [0, 1, 2, 3, 4] as const;

/**
 * Measures what reading each input takes. What takes more than it may fails the test; what is never answered, or takes a
 * multiple of it, ends the process.
 */
export class InputMeter implements Watch {
  readonly #most: Taken;
  readonly #seen: Float64Array = new Float64Array(new SharedArrayBuffer(5 * Float64Array.BYTES_PER_ELEMENT));
  readonly #watchdog: Worker;
  #taken: Taken = { cpuMs: 0, bytes: 0 };
  #slowest = { number: 0, cpuMs: 0 };
  #largest = { number: 0, bytes: 0 };

  /** @param most what an input may take. @returns as soon as the watchdog looks on, whose own start is no input's. */
  static async start(most: Taken): Promise<InputMeter> {
    const meter = new InputMeter(most);
    await once(meter.#watchdog, 'message');
    return meter;
  }

  private constructor(most: Taken) {
    this.#most = most;
    this.#watchdog = new Worker(new URL('./watchdog.js', import.meta.url), {
      workerData: { shared: this.#seen.buffer, ...HARD },
    });
    this.#watchdog.unref();
  }

  start(): void {
    const rss = process.memoryUsage.rss();
    this.#seen[CPU] = cpuMs();
    this.#seen[WALL] = Date.now();
    this.#seen[RSS] = rss;
    this.#seen[PEAK] = rss;
    this.#seen[ACTIVE] = 1;
  }

  stop(): void {
    this.#seen[ACTIVE] = 0;
    const peak = Math.max(this.#seen[PEAK] ?? 0, process.memoryUsage.rss());
    this.#taken = { cpuMs: cpuMs() - (this.#seen[CPU] ?? 0), bytes: peak - (this.#seen[RSS] ?? 0) };
  }

  /** @param what names the input that was read last. @throws AssertionError where it took more than it may. */
  check(number: number, what: string): void {
    const { cpuMs, bytes } = this.#taken;
    if (cpuMs > this.#slowest.cpuMs) this.#slowest = { number, cpuMs };
    if (bytes > this.#largest.bytes) this.#largest = { number, bytes };
    expect(cpuMs, `ms of CPU time for ${what}`).toBeLessThan(this.#most.cpuMs);
    expect(bytes, `bytes of memory for ${what}`).toBeLessThan(this.#most.bytes);
  }

  /** Which inputs took most, in words. */
  summary(): string {
    const [slowest, largest] = [this.#slowest, this.#largest];
    const megabytes = Math.round(largest.bytes / 2 ** 20);
    return `slowest is number ${slowest.number}, ${Math.round(slowest.cpuMs)} ms of CPU time; largest ${largest.number}, ${megabytes} MB`;
  }

  async close(): Promise<void> {
    await this.#watchdog.terminate();
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
