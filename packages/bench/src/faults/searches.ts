import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASL } from '../asl-program.ts';
import { type FaultPlan, JOURNAL } from './fault-plan.ts';

// As it is built.
const HOOK = new URL('../../dist/faults/fault-hook.js', import.meta.url);

const size = [32, 32];
/** A search of seconds that writes all that a search can write: trials wait at two rungs, and are held to a reference. Rewards differ. */
export const SEARCH_OF_SECONDS: object = {
  metric: 'miou',
  searcher: { use: 'ppo', rounds: 2, samples: 4 },
  dataset: { use: 'scenes', size, train: 6, val: 2 },
  network: { use: 'deeplab-lite', width: 4, rates: [1] },
  guards: [{ metric: 'gacc', drop: 0.5 }],
  pruning: { rule: 'halving', rungs: [0.25, 0.5], keep: 0.5 },
  proxy: {
    size,
    batchSize: 2,
    iterations: 4,
    learningRate: 0.2,
    warmStart: { size, batchSize: 2, iterations: 12 },
  },
  reevaluation: { candidates: 1, repeats: 1, confirm: 1 },
};

/** How a process of `asl` ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it wrote to stderr so far. */
  printed(): string;
}

/** A project in a temporary folder with a run folder, in which one search is run by as many processes as it takes. */
export class FaultySearch {
  readonly project: string;
  readonly runFolder: string;
  readonly stateFolder: string;

  /** @param config takes the place of the fields that it names. */
  constructor(workers: number, config: object = {}) {
    this.project = mkdtempSync(join(tmpdir(), 'asl-faults-'));
    this.runFolder = join(this.project, 'run');
    this.stateFolder = join(this.project, 'state');
    mkdirSync(this.stateFolder);
    writeFileSync(join(this.project, 'asl.config.json'), JSON.stringify({ ...SEARCH_OF_SECONDS, workers, ...config }));
  }

  /** @param more arguments. @param plan what is to befall it. */
  start(more: readonly string[] = [], plan: Partial<FaultPlan> = {}): Running {
    return this.#run(['search', '--out', 'run', '--engine', 'wasm', ...more], plan);
  }

  /** @param as another user, if not this one. */
  resume(
    more: readonly string[] = [],
    plan: Partial<FaultPlan> = {},
    as: { readonly uid?: number; readonly gid?: number } = {},
  ): Running {
    return this.#run(['search', '--resume', 'run', ...more], plan, as);
  }

  #run(args: readonly string[], plan: Partial<FaultPlan>, as: object = {}): Running {
    const faults: FaultPlan = { runFolder: this.runFolder, stateFolder: this.stateFolder, faults: [], ...plan };
    const child = spawn(process.execPath, [ASL, ...args], {
      ...as,
      cwd: this.project,
      // A group of its own, with its workers in it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ASL_FAULTS: JSON.stringify(faults), NODE_OPTIONS: `--import=${HOOK.href}` },
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, stderr }));
    });
    return { child, ended, printed: () => stderr };
  }

  /** The points that were passed, by how often. */
  points(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const point of readFileSync(join(this.stateFolder, JOURNAL), 'utf8').trim().split('\n'))
      counts.set(point, (counts.get(point) ?? 0) + 1);
    return counts;
  }

  /** Forgets what has befallen it. */
  clearState(): void {
    rmSync(this.stateFolder, { recursive: true });
    mkdirSync(this.stateFolder);
  }

  remove(): void {
    rmSync(this.project, { recursive: true, force: true });
  }
}
