import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { row } from '../report.ts';
import { RedisServer } from './redis-server.ts';
import { overRedis, startAsl, stop } from './run-asl.ts';

/** Trials of seconds, as those of a real search: what starts and ends a search is not what is measured. */
const CONFIG = {
  metric: 'miou',
  searcher: { use: 'cma-es', rounds: 2, samples: 12 },
  dataset: { use: 'scenes', size: [64, 96], train: 96, val: 8 },
  network: { use: 'deeplab-lite', width: 16 },
  proxy: { size: [64, 96], batchSize: 12, iterations: 100, learningRate: 0.1, warmStart: null },
  reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
  workers: 2,
};
const COLUMNS = [40, 32, 12];

/** A whole search, from its command to its report, with two processes of this machine and with two workers over Redis, in turns. */
export async function measureSpeed(repeats: number, write: (line: string) => void): Promise<void> {
  const project = mkdtempSync(join(tmpdir(), 'asl-distributed-'));
  const redis = await RedisServer.start();
  // They wait for searches, as on other machines.
  const workers = [1, 2].map(() => startAsl(['worker', '--url', redis.url, '--slots', '1'], project));
  try {
    writeFileSync(join(project, 'asl.config.json'), JSON.stringify(CONFIG));
    const [local, distant]: [number[], number[]] = [[], []];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const run = async (name: string, more: readonly string[] = []): Promise<number> => {
        const begun = performance.now();
        await startAsl(['search', '--out', `${name}-${repeat}`, ...more], project).ended;
        return (performance.now() - begun) / 1000;
      };
      const here = async (): Promise<number> => local.push(await run('here'));
      const over = async (): Promise<number> => distant.push(await run('over', overRedis(redis.url)));
      // What is slow in the first of two is so for both.
      for (const one of repeat % 2 === 0 ? [here, over] : [over, here]) await one();
      const [a, b] = ['here', 'over'].map((name) => readFileSync(join(project, `${name}-${repeat}`, 'loss.json')));
      if (a === undefined || b === undefined || !a.equals(b)) throw new Error('the loss files differ');
    }
    write('');
    write('A search of 24 trials; seconds from start to end, best (all); both write the same loss.json');
    write(row(['', 'seconds', 'speed'], COLUMNS));
    write(row(['two processes of this machine', cells(local), '1.00'], COLUMNS));
    write(row(['two workers over Redis', cells(distant), (best(local) / best(distant)).toFixed(3)], COLUMNS));
  } finally {
    for (const worker of workers) await stop(worker);
    await redis.remove();
    rmSync(project, { recursive: true, force: true });
  }
}

function best(all: readonly number[]): number {
  return Math.min(...all);
}

function cells(all: readonly number[]): string {
  return `${best(all).toFixed(1)} (${all.map((one) => one.toFixed(1)).join(', ')})`;
}
