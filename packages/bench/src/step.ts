import { fileURLToPath } from 'node:url';
import { type Child, runChild } from './child.ts';
import { pythonChild, pythonWith } from './python.ts';
import { cell, row, warnIfBusy } from './report.ts';
import { summary } from './samples.ts';
import type { StepMeasurement, StepSettings } from './step-settings.ts';

const SETTINGS = { height: 64, width: 96, batch: 16, classes: 11, channels: 32, steps: 10, samples: 3 } as const;
const ROUNDS = 5;
/** With the goal for our time over PyTorch's. */
const LOSSES = [
  { loss: 'cross-entropy', goal: 1.2 },
  { loss: 'published:miou', goal: 1 },
] as const;

/**
 * One training step of deeplab-lite against PyTorch's of the same network, channels-last, one thread each. The two take
 * turns, so that both meet the same machine; compared are the best steps of each.
 */
export function benchStep(write: (line: string) => void): void {
  const ours: Child = {
    command: process.execPath,
    args: [fileURLToPath(new URL('./measure-step.js', import.meta.url))],
  };
  const torch = pythonWith('torch');
  const theirs = torch && pythonChild(torch.python, 'step.py');
  const { height, width, batch, classes, channels } = SETTINGS;
  write(
    `Training step: deeplab-lite, width ${channels}, ${batch} images of ${height}×${width}, ${classes} classes; ms, best (median)`,
  );
  if (torch === undefined)
    write('PyTorch was not found, so it is not measured; ASL_BENCH_PYTHON may name a Python that has it.');
  warnIfBusy(write);
  write(row(['loss', 'ours', torch === undefined ? '' : `PyTorch ${torch.version.split('+')[0]}`, 'ratio', 'goal']));
  for (const { loss, goal } of LOSSES) {
    const settings: StepSettings = { ...SETTINGS, loss };
    const own: StepMeasurement[] = [];
    const other: StepMeasurement[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      own.push(runChild(ours, settings));
      if (theirs !== undefined) other.push(runChild(theirs, settings));
    }
    const [a, b] = [summary(own), summary(other)];
    checkNetworks(own[0], other[0]);
    const compared = theirs === undefined ? ['', ''] : [cell(b), (a.best / b.best).toFixed(2)];
    write(row([loss, cell(a), ...compared, theirs === undefined ? '' : `≤ ${goal.toFixed(1)}`]));
  }
}

function checkNetworks(own: StepMeasurement | undefined, other: StepMeasurement | undefined): void {
  if (own === undefined || other === undefined || own.parameters === other.parameters) return;
  throw new Error(`the networks differ: ours has ${own.parameters} parameters, PyTorch's ${other.parameters}`);
}
