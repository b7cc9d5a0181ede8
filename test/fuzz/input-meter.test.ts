import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { InputMeter } from './input-meter.ts';

describe('what an input takes', () => {
  async function measured(read: () => void): Promise<() => void> {
    const meter = await InputMeter.start({ cpuMs: 200, bytes: 64 * 2 ** 20 });
    meter.start();
    read();
    meter.stop();
    await meter.close();
    return () => meter.check(7, 'number 7');
  }

  test('next to nothing is let pass', async () => {
    expect(await measured(() => {})).not.toThrow();
  });

  test('an input that takes too long fails, however busy the machine is', async () => {
    const began = process.cpuUsage();
    const check = await measured(() => {
      for (let used = 0; used < 250_000; ) used = process.cpuUsage(began).user + process.cpuUsage(began).system;
    });
    expect(check).toThrow(/ms of CPU time for number 7/);
  });

  test('an input that takes too much memory fails', async () => {
    let kept: Buffer | undefined;
    const check = await measured(() => {
      kept = Buffer.alloc(128 * 2 ** 20, 1);
    });
    expect(kept).toHaveLength(128 * 2 ** 20);
    expect(check).toThrow(/bytes of memory for number 7/);
  });

  test.each([
    ['CPU time', { hardCpuMs: 300, hardBytes: 2 ** 40, hardWallMs: 2 ** 40 }, 'for (;;);'],
    ['memory', { hardCpuMs: 2 ** 40, hardBytes: 2 ** 26, hardWallMs: 2 ** 40 }, 'const all = []; for (;;) fill(all);'],
    ['waiting', { hardCpuMs: 2 ** 40, hardBytes: 2 ** 40, hardWallMs: 300 }, 'setInterval(() => {}, 1000);'],
  ])('a process whose input takes no end of %s is ended, and says why', (_what, hard, read) => {
    const watchdog = new URL('./watchdog.js', import.meta.url).href;
    const program = `
      import { Worker } from 'node:worker_threads';
      const seen = new Float64Array(new SharedArrayBuffer(40));
      const rss = process.memoryUsage.rss();
      seen.set([1, 0, Date.now(), rss, rss]);
      // Memory that grows without end would end the machine, where nobody looks.
      const fill = (all) => { if (all.length < 256) all.push(Buffer.alloc(2 ** 21, 1)); };
      const workerData = { shared: seen.buffer, ...${JSON.stringify(hard)} };
      const watchdog = new Worker(new URL(${JSON.stringify(watchdog)}), { workerData, execArgv: [] });
      watchdog.once('message', () => { ${read} });`;
    const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      timeout: 120_000,
      killSignal: 'SIGTERM',
    });
    expect([signal, stderr]).toEqual(['SIGKILL', expect.stringContaining('An input was given up')]);
  });
});
