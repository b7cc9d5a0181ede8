import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ASL } from './asl-program.ts';
import { row, warnIfBusy } from './report.ts';

/** Trials of seconds, as those of a real search: what starts and ends a search is not what is measured. */
const CONFIG = {
  metric: 'miou',
  searcher: { use: 'cma-es', rounds: 3, samples: 12 },
  dataset: { use: 'scenes', size: [64, 96], train: 96, val: 8 },
  network: { use: 'deeplab-lite', width: 16 },
  proxy: { size: [64, 96], batchSize: 12, iterations: 100, learningRate: 0.1, warmStart: null },
  reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
};
const COLUMNS = [40, 32, 12];

/**
 * A whole search, from its command to its report, with one worker and with two. What the machine itself has to give is measured
 * beside it: two searches with one worker each, at the same time, share nothing but processors and memory. All take turns.
 */
export async function benchWorkers(args: readonly string[], write: (line: string) => void): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { repeats: { type: 'string', default: '3' } } });
  const project = mkdtempSync(join(tmpdir(), 'asl-workers-'));
  try {
    writeFileSync(join(project, 'asl.config.json'), JSON.stringify(CONFIG));
    write('A search of 36 trials; seconds from start to end, best (all)');
    warnIfBusy(write);
    const seconds: Record<'one' | 'two' | 'both', number[]> = { one: [], two: [], both: [] };
    for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
      const run = (name: string, workers: number): Promise<void> => search(project, `${name}-${repeat}`, workers);
      seconds.one.push(await timed(() => run('one', 1)));
      seconds.two.push(await timed(() => run('two', 2)));
      seconds.both.push(await timed(() => Promise.all([run('both-a', 1), run('both-b', 1)])));
    }
    const [one, two, both] = [seconds.one, seconds.two, seconds.both].map((all) => Math.min(...all)) as [
      number,
      number,
      number,
    ];
    write(row(['', 'seconds', 'speed-up'], COLUMNS));
    write(row(['one worker', ...cells(seconds.one)], COLUMNS));
    write(row(['two workers', ...cells(seconds.two), (one / two).toFixed(2)], COLUMNS));
    write(
      row(['two searches at once, one worker each', ...cells(seconds.both), ((2 * one) / both).toFixed(2)], COLUMNS),
    );
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

function cells(all: readonly number[]): readonly string[] {
  return [`${Math.min(...all).toFixed(1)} (${all.map((one) => one.toFixed(1)).join(', ')})`];
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await act();
  return (performance.now() - begun) / 1000;
}

function search(project: string, name: string, workers: number): Promise<void> {
  const child = spawn(process.execPath, [ASL, 'search', '--out', name, '--workers', String(workers)], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(stderr))));
  });
}
