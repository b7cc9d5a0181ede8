import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLoss, traceLoss } from '@auto-seg-loss/export';
import { afterAll, describe, expect, test } from 'vitest';
import { type ExportCase, exportCases } from './cases.ts';
import { pythonWith } from './frameworks.ts';
import { type Framework, runFiles } from './run-files.ts';

// What exported PyTorch files promise beside the numbers of one batch; the Python is named by $ASL_EXPORT_PYTHON.

const python = pythonWith(['torch']) ?? '';
const folder = mkdtempSync(join(tmpdir(), 'asl-export-pytorch-'));
const pytorch = (script: string, change = (text: string): string => text): Framework<ExportCase> => ({
  python,
  script,
  source: (each) => {
    const terms = [{ weight: 1, program: traceLoss(each) }];
    return change(exportLoss('pytorch', { name: 'ExportedLoss', header: ['A loss.'], terms, cases: [] }));
  },
});

/** Of several images, some pixels of which do not count. */
const batches = exportCases().filter(({ title }) => /, (ignored pixels|absent classes)$/.test(title));
/** Curves that are bent, without corners, at which there is no second derivative. */
const smooth = batches.filter(({ title }) => title.includes(', bezier') && !title.includes(', corners,'));
const of = (cases: readonly ExportCase[], ...metrics: readonly string[]): readonly ExportCase[] =>
  metrics.map((name) => cases.find(({ metric }) => metric.name.startsWith(name)) as ExportCase);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.skipIf(python === '')('a PyTorch file', () => {
  test('can be differentiated twice, compiled, exported, cast, cut into parts; copies no logits', () => {
    const images = smooth.filter(({ title }) => title.includes('"average":"image"'));
    const cases = [...of(smooth, 'miou', 'gacc', 'biou', 'bf1', 'weighted'), ...of(images, 'miou', 'bf1')];
    expect(runFiles(cases, pytorch('check_pytorch.py'), join(folder, 'checks'))).toEqual([]);
  });

  test('gives two processes the loss and the gradient of the whole batch', () => {
    const cases = batches.filter((_, index) => index % 5 === 0);
    const differences = runFiles(cases, pytorch('run_gloo.py'), join(folder, 'gloo'), ['1']) as [number, number][];
    expect(differences).toHaveLength(cases.length);
    expect(cases.filter((_, i) => differences[i]?.some((each) => !(each < 1e-9))).map(({ title }) => title)).toEqual(
      [],
    );
  });

  test('whose processes keep their sums is noticed', () => {
    const alone = pytorch('run_gloo.py', (text) =>
      text.replace('torch.distributed.all_reduce(values, group=group)', ''),
    );
    const differences = runFiles(of(batches, 'miou'), alone, join(folder, 'alone'), ['1']) as [number, number][];
    expect(differences[0]?.[0]).toBeGreaterThan(1e-3);
  });
});
