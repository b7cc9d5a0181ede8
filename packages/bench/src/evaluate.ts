import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, runChild } from './child.ts';
import type { EvaluateMeasurement, EvaluateSettings } from './evaluate-settings.ts';
import { evaluationImage } from './evaluation-image.ts';
import { pythonChild, pythonWith } from './python.ts';
import { cell, row, warnIfBusy } from './report.ts';
import { summary } from './samples.ts';

const SIZE = { height: 1024, width: 2048, classes: 19, tolerance: 5 } as const;
const ROUNDS = 3;
const SAMPLES = { ours: 15, theirs: 1 } as const;
const ALL = ['miou', 'fwiou', 'macc', 'gacc', 'biou', 'bf1'] as const;
/** With the goal for our milliseconds. */
const ROWS = [
  { name: 'all six', metrics: ALL, goal: 150 },
  { name: 'miou', metrics: ['miou'], goal: undefined },
  { name: 'biou', metrics: ['biou'], goal: undefined },
  { name: 'bf1', metrics: ['bf1'], goal: undefined },
] as const;

/**
 * Exact metrics of one large image against plain NumPy and SciPy, one thread each. The two take turns, so that both meet the
 * same machine; compared are the best times of each. Both must find the same values.
 */
export function benchEvaluate(write: (line: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'asl-bench-'));
  try {
    const files = { prediction: join(folder, 'prediction'), label: join(folder, 'label') };
    const image = evaluationImage(SIZE.height, SIZE.width, SIZE.classes);
    writeFileSync(files.prediction, image.prediction);
    writeFileSync(files.label, image.label);
    measureAll(files, write);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measureAll(files: Pick<EvaluateSettings, 'prediction' | 'label'>, write: (line: string) => void): void {
  const { height, width, classes, tolerance } = SIZE;
  const scipy = pythonWith('scipy');
  const ours: Child = {
    command: process.execPath,
    args: [fileURLToPath(new URL('./measure-evaluate.js', import.meta.url))],
  };
  const theirs = scipy && pythonChild(scipy.python, 'evaluate.py');
  write(`Exact metrics of one ${height}×${width} image, ${classes} classes, tolerance ${tolerance}; ms, best (median)`);
  if (scipy === undefined)
    write('SciPy was not found, so it is not measured; ASL_BENCH_PYTHON may name a Python that has it.');
  warnIfBusy(write);
  write(row(['metrics', 'ours', scipy === undefined ? '' : `SciPy ${scipy.version}`, 'ratio', 'goal']));
  for (const { name, metrics, goal } of ROWS) {
    const settings = { ...SIZE, ...files, metrics };
    const own: EvaluateMeasurement[] = [];
    const other: EvaluateMeasurement[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      own.push(runChild(ours, { ...settings, samples: SAMPLES.ours } satisfies EvaluateSettings));
      if (theirs === undefined) continue;
      other.push(runChild(theirs, { ...settings, samples: SAMPLES.theirs } satisfies EvaluateSettings));
    }
    checkValues(own[0], other[0]);
    const [a, b] = [summary(own), summary(other)];
    const compared = theirs === undefined ? ['', ''] : [cell(b), (a.best / b.best).toFixed(3)];
    write(row([name, cell(a), ...compared, goal === undefined ? '' : `≤ ${goal} ms`]));
  }
}

function checkValues(own: EvaluateMeasurement | undefined, other: EvaluateMeasurement | undefined): void {
  if (own === undefined || other === undefined) return;
  for (const [name, value] of Object.entries(own.values)) {
    const theirs = other.values[name] ?? Number.NaN;
    if (Math.abs(value - theirs) < 1e-9) continue;
    throw new Error(`the values of ${name} differ: ours is ${value}, SciPy's ${theirs}`);
  }
}
