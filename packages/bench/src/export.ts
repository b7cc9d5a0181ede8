import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLoss } from '@auto-seg-loss/runtime';
import { runChild } from './child.ts';
import type { ExportMeasurement, ExportSettings } from './export-settings.ts';
import { lossBatch } from './loss-batch.ts';
import { pythonChild, pythonWith } from './python.ts';
import { cell, row, warnIfBusy } from './report.ts';
import { summary } from './samples.ts';

const METRICS = ['miou', 'fwiou', 'macc', 'gacc', 'biou', 'bf1'];
const SIZES = [
  { batch: 16, height: 96, width: 128, classes: 11, samples: 5 },
  { batch: 32, height: 128, width: 128, classes: 21, samples: 3 },
] as const;
/** Of each loss: times of one processor change while others use the machine. */
const ROUNDS = 2;
const COLUMNS = [16, 20, 20, 9, 20, 14, 12, 20];

/**
 * Forward and backward of exported PyTorch losses, beside the formula as it stands in PyTorch and beside torch's cross-entropy, on one
 * thread; in turns, each in a process of its own, for its peak of memory.
 * @param args `--compiled` compiles the exported losses too.
 */
export async function benchExport(args: readonly string[], write: (line: string) => void): Promise<void> {
  const torch = pythonWith('torch');
  if (torch === undefined) throw new Error('PyTorch was not found: ASL_BENCH_PYTHON may name a Python that has it.');
  write(`Exported losses in PyTorch ${torch.version}, forward and backward; ms of processor time, best (median)`);
  write('Memory in sizes of the logits, which are among it: the most that tensors had, and what the process grew by.');
  warnIfBusy(write);
  const child = pythonChild(torch.python, 'export.py');
  const folder = mkdtempSync(join(tmpdir(), 'asl-bench-'));
  try {
    for (const size of SIZES) {
      const files = { logits: join(folder, 'logits'), labels: join(folder, 'labels') };
      const { logits, labels } = lossBatch(size);
      writeFileSync(files.logits, new Uint8Array(logits.buffer));
      writeFileSync(files.labels, labels);
      const measure = (loss: string, as: ExportSettings['as'], file: string): ExportMeasurement =>
        runChild(child, { ...size, ...files, loss, as, file, name: 'Loss' } satisfies ExportSettings);
      const memory = (all: readonly ExportMeasurement[], of: 'allocated' | 'process'): string =>
        `${Math.max(...all.map((each) => each[of] / logits.byteLength)).toFixed(1)}×`;
      write('');
      write(`${size.batch} images of ${size.height}×${size.width}, ${size.classes} classes`);
      write(
        row(
          ['loss', 'exported', 'as it stands', 'faster', 'compiled', 'allocated', 'process', 'as it stands'],
          COLUMNS,
        ),
      );
      const yardstick = [measure('cross-entropy', 'plain', '')];
      for (const metric of METRICS) {
        const loss = `published:${metric}`;
        const out = join(folder, `${metric}.py`);
        const context = { baseDir: process.cwd(), cacheDir: process.cwd() };
        await exportLoss({ loss, to: 'pytorch', name: 'Loss', out, version: 'bench', context });
        const exported: ExportMeasurement[] = [];
        const plain: ExportMeasurement[] = [];
        const compiled: ExportMeasurement[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          exported.push(measure(loss, 'exported', out));
          plain.push(measure(loss, 'plain', ''));
          if (args.includes('--compiled')) compiled.push(measure(loss, 'compiled', out));
        }
        yardstick.push(measure('cross-entropy', 'plain', ''));
        const [a, b] = [summary(exported), summary(plain)];
        const times = [
          cell(a),
          cell(b),
          `${(b.best / a.best).toFixed(1)}×`,
          compiled.length === 0 ? '' : cell(summary(compiled)),
        ];
        const both = (all: readonly ExportMeasurement[]): string =>
          `${memory(all, 'allocated')} ${memory(all, 'process')}`;
        write(
          row([metric, ...times, memory(exported, 'allocated'), memory(exported, 'process'), both(plain)], COLUMNS),
        );
      }
      const own = [memory(yardstick, 'allocated'), memory(yardstick, 'process')];
      write(row(['cross-entropy', '', cell(summary(yardstick)), '', '', ...own], COLUMNS));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
