import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { row, warnIfBusy } from '../report.ts';
import { buildBaseline } from './baseline-build.ts';
import { type MeasuredRun, measuredRun } from './measured-run.ts';
import { writePairs } from './write-pairs.ts';

const SIZE = { height: 1024, width: 2048, classes: 19 } as const;
const METRICS = 'miou,fwiou,macc,gacc,biou,bf1';
const ASL = 'packages/cli/bin/asl.js';
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const COLUMNS = [16, 26, 16, 10];

interface Build {
  readonly name: string;
  readonly script: string;
  /** What it needs beside the folders and the metrics. */
  readonly more: readonly string[];
  readonly runs: MeasuredRun[];
}

/**
 * `asl evaluate` on a folder of pairs, decoding included: this build and an earlier one, in turns, so that both meet the same
 * machine. Both must find the same values.
 */
export function benchFolder(args: readonly string[], write: (line: string) => void): void {
  const { values } = parseArgs({
    args: [...args],
    options: {
      folder: { type: 'boolean' },
      pairs: { type: 'string', default: '40' },
      baseline: { type: 'string', default: 'f2c9098' },
      rounds: { type: 'string', default: '3' },
    },
  });
  const [pairs, rounds] = [Number(values.pairs), Number(values.rounds)];
  const scratch = mkdtempSync(join(tmpdir(), 'asl-folder-'));
  try {
    const builds = [buildOf('this build', ROOT), ...baseline(values.baseline, scratch, write)];
    writePairs(scratch, pairs, SIZE);
    write(`asl evaluate --metrics ${METRICS}: ${pairs} pairs of ${SIZE.height}×${SIZE.width}, ${SIZE.classes} classes`);
    warnIfBusy(write);
    const folders = ['--predictions', join(scratch, 'predictions'), '--labels', join(scratch, 'labels')];
    const common = ['evaluate', '--metrics', METRICS, '--classes', String(SIZE.classes), ...folders, '--json'];
    for (let round = 0; round < rounds; round++) {
      for (const { script, more, runs } of builds) runs.push(measuredRun(script, [...common, ...more], scratch));
    }
    checkValues(builds);
    report(builds, pairs, write);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function baseline(commit: string, scratch: string, write: (line: string) => void): readonly Build[] {
  const folder = join(scratch, 'baseline');
  mkdirSync(folder);
  const missing = buildBaseline(commit, folder);
  if (missing === undefined) return [buildOf(commit, folder)];
  write(`Without another build to compare with: ${missing}.`);
  return [];
}

function buildOf(name: string, root: string): Build {
  const script = join(root, ASL);
  const { stdout } = spawnSync(process.execPath, [script, 'evaluate', '--help'], { encoding: 'utf8' });
  // Builds that ignore every value that is no class do not have the option.
  return { name, script, more: stdout.includes('--ignore') ? ['--ignore', '255'] : [], runs: [] };
}

interface Values {
  readonly metrics: Readonly<Record<string, { readonly value: number | null }>>;
}

function checkValues([own, other]: readonly Build[]): void {
  const [a, b] = [own, other].map((build) => JSON.parse(build?.runs[0]?.stdout ?? 'null') as Values | null);
  for (const [name, { value }] of Object.entries(b?.metrics ?? {})) {
    const ours = a?.metrics[name]?.value ?? Number.NaN;
    if (Math.abs(ours - (value ?? Number.NaN)) < 1e-12) continue;
    throw new Error(`the values of ${name} differ: ours is ${ours}, that of ${other?.name} ${value}`);
  }
}

function report(builds: readonly Build[], pairs: number, write: (line: string) => void): void {
  const best = ({ runs }: Build): number => pairs / Math.min(...runs.map(({ seconds }) => seconds));
  write(row(['build', 'images/s, best (all)', 'peak memory', 'ratio'], COLUMNS));
  for (const build of builds) {
    const all = build.runs.map(({ seconds }) => (pairs / seconds).toFixed(1)).join(', ');
    const megabytes = Math.max(...build.runs.map((each) => each.megabytes));
    const last = builds.at(-1) as Build;
    const ratio = builds.length === 1 ? '' : (best(build) / best(last)).toFixed(2);
    write(row([build.name, `${best(build).toFixed(1)} (${all})`, `${megabytes.toFixed(0)} MB`, ratio], COLUMNS));
  }
}
