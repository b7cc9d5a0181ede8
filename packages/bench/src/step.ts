import { fileURLToPath } from 'node:url';
import { type Child, runChild } from './child.ts';
import { pythonChild, pythonWith } from './python.ts';
import { cell, row, warnIfBusy } from './report.ts';
import { summary } from './samples.ts';
import type { StepMeasurement, StepSettings } from './step-settings.ts';

interface Goal {
  readonly what: string;
  readonly settings: StepSettings;
  /** For our time over PyTorch's. */
  readonly time?: number;
  /** For the memory of our process over PyTorch's. */
  readonly memory?: number;
}

const LITE = {
  network: { use: 'deeplab-lite', options: { width: 32 } },
  height: 64,
  width: 96,
  batch: 16,
  classes: 11,
  steps: 10,
  samples: 3,
} as const;
const SMALL_PYRAMID = {
  outputStride: 16,
  auxiliaryWeight: 0,
  pyramidChannels: 64,
  rates: [2, 4],
  skipChannels: 48,
  decoderChannels: 64,
  separable: true,
} as const;
const ROUNDS = 3;

const GOALS: readonly Goal[] = [
  { what: 'small, CE', settings: { ...LITE, loss: 'cross-entropy' }, time: 0.7 },
  { what: 'small, surrogate', settings: { ...LITE, loss: 'published:miou' }, time: 0.45 },
  {
    what: 'EfficientNet-Lite0',
    settings: deeplab({ ...SMALL_PYRAMID, backbone: 'efficientnet-lite0' }, { height: 96, width: 128, batch: 12 }),
    time: 0.7,
  },
  {
    what: 'ResNet-50',
    settings: deeplab({ ...SMALL_PYRAMID, backbone: 'resnet50' }, { height: 128, width: 128, batch: 4 }),
    time: 0.9,
  },
  {
    what: 'ResNet-101',
    settings: {
      ...deeplab({ ...SMALL_PYRAMID, backbone: 'resnet101' }, { height: 321, width: 321, batch: 2 }),
      steps: 1,
      samples: 1,
    },
    memory: 1,
  },
];

function deeplab(
  options: Readonly<Record<string, unknown>>,
  size: Pick<StepSettings, 'height' | 'width' | 'batch'>,
): StepSettings {
  const network = { use: 'deeplabv3plus', options } as const;
  return { network, loss: 'cross-entropy', ...size, classes: 11, steps: 2, samples: 2 };
}

/**
 * One training step of networks against PyTorch's of the same, channels-last, one thread each. The two take turns, so that both meet
 * the same machine; compared are the best steps of each, and what the processes take of memory.
 * @param args names of rows, or parts of them; none: all.
 */
export function benchStep(write: (line: string) => void, args: readonly string[] = []): void {
  const ours: Child = {
    command: process.execPath,
    args: [fileURLToPath(new URL('./measure-step.js', import.meta.url))],
  };
  const torch = pythonWith('torch');
  const theirs = torch && pythonChild(torch.python, 'step.py');
  write('Training step, one thread: processor time in ms, best (median); MB of the process at most');
  if (torch === undefined)
    write(
      'PyTorch was not found, so it is not measured; ASL_BENCH_PYTHON may name a Python that has it, torchvision and timm.',
    );
  warnIfBusy(write);
  write(
    line([
      'network',
      'ours',
      torch === undefined ? '' : `PyTorch ${torch.version.split('+')[0]}`,
      'ratio',
      'goal',
      'MB',
      '',
      'ratio',
      'goal',
    ]),
  );
  for (const { what, settings, time, memory } of GOALS) {
    if (args.length > 0 && !args.some((part) => what.includes(part))) continue;
    const own: StepMeasurement[] = [];
    const other: StepMeasurement[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      own.push(runChild(ours, settings));
      if (theirs !== undefined) other.push(runChild(theirs, settings));
    }
    const [a, b] = [summary(own), summary(other)];
    checkNetworks(own[0], other[0]);
    const [mine, its] = [own, other].map((all) => Math.max(...all.map(({ megabytes }) => megabytes))) as [
      number,
      number,
    ];
    const compared = theirs === undefined ? ['', '', ''] : [cell(b), (a.best / b.best).toFixed(2), goal(time)];
    const held = theirs === undefined ? [] : [its.toFixed(0), (mine / its).toFixed(2), goal(memory)];
    write(line([what, cell(a), ...compared, mine.toFixed(0), ...held]));
  }
}

const line = (cells: readonly string[]): string => row(cells, [20, 18, 18, 8, 8, 8, 8, 8, 8]);

function goal(value: number | undefined): string {
  return value === undefined ? '' : `≤ ${value}`;
}

function checkNetworks(own: StepMeasurement | undefined, other: StepMeasurement | undefined): void {
  if (own === undefined || other === undefined || own.parameters === other.parameters) return;
  throw new Error(`the networks differ: ours has ${own.parameters} parameters, PyTorch's ${other.parameters}`);
}
