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
const COLUMNS = [16, 20, 20, 9, 20, 16, 16];

/**
 * Forward and backward of exported PyTorch losses, beside the formula as it stands in PyTorch, on one thread; each in a process
 * of its own, for its peak of memory.
 * @param args `--compiled` compiles the exported losses too.
 */
export async function benchExport(args: readonly string[], write: (line: string) => void): Promise<void> {
  const torch = pythonWith('torch');
  if (torch === undefined) throw new Error('PyTorch was not found: ASL_BENCH_PYTHON may name a Python that has it.');
  write(`Exported losses in PyTorch ${torch.version}, forward and backward; ms of processor time, best (median)`);
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
      const memory = ({ peak }: ExportMeasurement): string => `${(peak / logits.byteLength).toFixed(1)}× logits`;
      write('');
      write(`${size.batch} images of ${size.height}×${size.width}, ${size.classes} classes`);
      write(row(['loss', 'exported', 'as it stands', 'faster', 'compiled', 'peak', 'peak as it stands'], COLUMNS));
      const yardstick = measure('cross-entropy', 'plain', '');
      write(row(['cross-entropy', '', cell(summary([yardstick])), '', '', '', memory(yardstick)], COLUMNS));
      for (const metric of METRICS) {
        const loss = `published:${metric}`;
        const out = join(folder, `${metric}.py`);
        const context = { baseDir: process.cwd(), cacheDir: process.cwd() };
        await exportLoss({ loss, to: 'pytorch', name: 'Loss', out, version: 'bench', context });
        const exported = measure(loss, 'exported', out);
        const plain = measure(loss, 'plain', '');
        const compiled = args.includes('--compiled') ? cell(summary([measure(loss, 'compiled', out)])) : '';
        const [a, b] = [summary([exported]), summary([plain])];
        const faster = `${(b.best / a.best).toFixed(1)}×`;
        write(row([metric, cell(a), cell(b), faster, compiled, memory(exported), memory(plain)], COLUMNS));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
