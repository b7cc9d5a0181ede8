import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExportTarget, exportLoss, traceLoss } from '@auto-seg-loss/export';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { open } from '../../../packages/engine/test/engines.ts';
import { plainLoss } from '../../../packages/testing/src/metric/evaluate.ts';
import { type ExportCase, exportCases } from './cases.ts';
import { wrongCases } from './check-export.ts';
import { defineLoss } from './definition.ts';

// Exported files beside the definition in float64 and our kernels in float32, run by the real frameworks: a Python that has
// them is named by $ASL_EXPORT_PYTHON.

const python = process.env.ASL_EXPORT_PYTHON;
const cases = exportCases();
const folder = mkdtempSync(join(tmpdir(), 'asl-export-'));
const source =
  (to: ExportTarget, name: string) =>
  ({ metric, curves, absent }: ExportCase): string =>
    exportLoss(to, {
      name,
      header: ['A loss.'],
      terms: [{ weight: 1, program: traceLoss({ metric, curves, absent }) }],
      cases: [],
    });

beforeAll(async () => {
  await open('wasm');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('the definition with its gradient is the loss in plain loops', () => {
  for (const { metric, curves, album, logits, absent, title } of cases) {
    const plain = plainLoss(metric, curves, album, logits, absent);
    expect(Math.abs(defineLoss(metric, curves, album, logits, absent).value - plain), title).toBeLessThan(1e-12);
  }
});

describe.skipIf(python === undefined)('files run by their framework', () => {
  const frameworks = {
    pytorch: { module: 'torch', script: 'run_pytorch.py', source: source('pytorch', 'ExportedLoss') },
    jax: { module: 'jax', script: 'run_jax.py', source: source('jax', 'exported_loss') },
    keras: {
      module: 'keras',
      script: 'run_keras.py',
      source: source('keras', 'ExportedLoss'),
      env: { KERAS_BACKEND: 'jax' },
    },
  } as const;

  const has = (module: string, env: Readonly<Record<string, string>> = {}): boolean =>
    python !== undefined &&
    spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore', env: { ...process.env, ...env } }).status === 0;

  test.each(Object.entries(frameworks))('%s says the same', (name, framework) => {
    if (!has(framework.module, 'env' in framework ? framework.env : {})) {
      console.warn(`$ASL_EXPORT_PYTHON has no ${framework.module}: files for ${name} are not run`);
      return;
    }
    // Slow one by one: six, of different batches and metrics.
    const some = name === 'pytorch' ? cases : cases.filter((_, index) => index % 61 === 0);
    expect(wrongCases(some, { ...framework, python: python ?? '' }, join(folder, name))).toEqual([]);
  });

  test.runIf(has('torch'))('a wrong file is noticed', () => {
    const { script, source: right } = frameworks.pytorch;
    const wrong = (each: ExportCase): string => right(each).replaceAll('EPSILON = 1e-8', 'EPSILON = 1e-6');
    const [first] = cases;
    const one = first === undefined ? [] : [first];
    expect(wrongCases(one, { script, source: wrong, python: python ?? '' }, join(folder, 'wrong'))).not.toEqual([]);
  });
});
