import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Child, runChild } from './child.ts';
import { lossBatch } from './loss-batch.ts';
import type { LossMeasurements, LossSettings } from './loss-settings.ts';
import { pythonChild, pythonWith } from './python.ts';
import { cell, row, warnIfBusy } from './report.ts';
import { summary } from './samples.ts';

const YARDSTICK = 'cross-entropy';
const SURROGATES = ['miou', 'fwiou', 'macc', 'gacc', 'biou', 'bf1'].map((metric) => `published:${metric}`);
const RIVALS = ['dice', 'jaccard', 'tversky', 'focal', 'lovasz', 'jdt', 'ssim', 'dpce'];
const LOSSES = [YARDSTICK, ...SURROGATES, ...RIVALS];

/** How much faster than PyTorch the surrogates should be at least, and how much slower than the yardstick at most. */
const SIZES = [
  { batch: 16, height: 96, width: 128, classes: 11, rounds: 3, samples: { ours: 7, theirs: 2 }, faster: 5 },
  { batch: 32, height: 128, width: 128, classes: 21, rounds: 2, samples: { ours: 5, theirs: 1 }, faster: 15 },
] as const;
const SLOWER = 3;
const SLOWER_BF1 = 6;
/** Values that differ by more are reported. */
const SAME = 1e-4;

type Size = (typeof SIZES)[number];

/** A program that measures, and its column of the table. */
interface Rival {
  readonly name: string;
  readonly child: Child;
  /** Of each loss and round. */
  readonly samples: 'ours' | 'theirs';
}

/**
 * Forward and backward of every loss, beside PyTorch's, written as the formulas stand; one thread each. The two take turns,
 * so that both meet the same machine; compared are the best times of each, of the processor: waiting for it does not count.
 * With `--beside FOLDER`, a built checkout of this repository whose engine is installed, its losses take PyTorch's place.
 */
export function benchLoss(args: readonly string[], write: (line: string) => void): void {
  const { values } = parseArgs({ args: [...args], options: { beside: { type: 'string' } } });
  const rival = values.beside === undefined ? pytorch(write) : otherBuild(values.beside);
  write('Forward and backward of each loss; ms of processor time, best (median)');
  warnIfBusy(write);
  for (const size of SIZES) {
    const folder = mkdtempSync(join(tmpdir(), 'asl-bench-'));
    try {
      const files = { logits: join(folder, 'logits'), labels: join(folder, 'labels') };
      const { logits, labels } = lossBatch(size);
      writeFileSync(files.logits, new Uint8Array(logits.buffer));
      writeFileSync(files.labels, labels);
      measureSize(size, files, rival, write);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function measureSize(
  size: Size,
  files: Pick<LossSettings, 'logits' | 'labels'>,
  rival: Rival | undefined,
  write: (line: string) => void,
): void {
  const { batch, height, width, classes, rounds, samples } = size;
  const ours = nodeChild(fileURLToPath(new URL('./measure-loss.js', import.meta.url)));
  const settings = { batch, height, width, classes, ...files, losses: LOSSES };
  const own: LossMeasurements[] = [];
  const other: LossMeasurements[] = [];
  for (let round = 0; round < rounds; round++) {
    own.push(runChild(ours, { ...settings, samples: samples.ours } satisfies LossSettings));
    if (rival !== undefined)
      other.push(runChild(rival.child, { ...settings, samples: samples[rival.samples] } satisfies LossSettings));
  }
  write('');
  write(`${batch} images of ${height}×${width}, ${classes} classes`);
  write(row(['loss', 'ours', rival?.name ?? '', 'faster', `/ ${YARDSTICK}`, 'goals'], COLUMNS));
  const of = (all: readonly LossMeasurements[], loss: string) => summary(all.flatMap((each) => each[loss] ?? []));
  const yardstick = of(own, YARDSTICK).best;
  for (const loss of LOSSES) {
    const [a, b] = [of(own, loss), of(other, loss)];
    const slower = loss === 'published:bf1' ? SLOWER_BF1 : SLOWER;
    const compared = Number.isNaN(b.best) ? ['', ''] : [cell(b), `${(b.best / a.best).toFixed(1)}×`];
    const goals = SURROGATES.includes(loss) ? `≥ ${size.faster}×, ≤ ${slower}` : '';
    write(row([loss, cell(a), ...compared, (a.best / yardstick).toFixed(2), goals], COLUMNS));
  }
  for (const loss of LOSSES) {
    compareValues(loss, own[0]?.[loss]?.value, other[0]?.[loss]?.value, rival?.name ?? '', write);
  }
}

function pytorch(write: (line: string) => void): Rival | undefined {
  const torch = pythonWith('torch');
  if (torch === undefined) {
    write('PyTorch was not found, so it is not measured; ASL_BENCH_PYTHON may name a Python that has it.');
    return undefined;
  }
  const name = `PyTorch ${torch.version.split('+')[0]}`;
  return { name, child: pythonChild(torch.python, 'loss.py'), samples: 'theirs' };
}

function otherBuild(folder: string): Rival {
  const script = resolve(folder, 'packages/bench/dist/measure-loss.js');
  if (!existsSync(script)) {
    throw new Error(`--beside ${folder} is no built checkout: ${script} is missing; run npm ci && npm run build there`);
  }
  return { name: basename(resolve(folder)), child: { ...nodeChild(script), cwd: resolve(folder) }, samples: 'ours' };
}

function nodeChild(script: string): Child {
  return { command: process.execPath, args: [script] };
}

const COLUMNS = [18, 18, 22, 9, 17];

function compareValues(
  loss: string,
  own: number | undefined,
  other: number | undefined,
  rival: string,
  write: (line: string) => void,
): void {
  if (own === undefined || other === undefined || Math.abs(own - other) <= SAME) return;
  write(`The values of ${loss} differ: ours is ${own}, that of ${rival} ${other}.`);
}
