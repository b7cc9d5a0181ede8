import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExportTarget, exportLoss, traceFormula, traceLoss } from '@auto-seg-loss/export';
import type { LossFormula } from '@auto-seg-loss/kernel';
import { relaxedLoss } from '@auto-seg-loss/relaxed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { open } from '../../../packages/engine/test/engines.ts';
import { plainLoss } from '../../../packages/testing/src/metric/evaluate.ts';
import { type ExportCase, exportCases } from './cases.ts';
import { type Truth, wrongCases } from './check-export.ts';
import { defineLoss } from './definition.ts';
import { pythonWith } from './frameworks.ts';
import { defineHandMade, type HandMadeCase, handMadeCases } from './hand-made-cases.ts';

// Exported files beside the definition in float64 and our kernels in float32, run by the real frameworks: Pythons that have
// them are named by $ASL_EXPORT_PYTHON.

const cases = exportCases();
const folder = mkdtempSync(join(tmpdir(), 'asl-export-'));

const written = (to: ExportTarget, parts: Pick<Parameters<typeof exportLoss>[1], 'terms' | 'handMade'>): string =>
  exportLoss(to, { name: to === 'jax' ? 'exported_loss' : 'ExportedLoss', header: ['A loss.'], cases: [], ...parts });
const source =
  (to: ExportTarget) =>
  (each: ExportCase): string =>
    written(to, { terms: [{ weight: 1, program: traceLoss(each) }] });
const handMadeSource =
  (to: ExportTarget) =>
  ({ name, loss }: HandMadeCase): string =>
    written(to, { terms: [], handMade: [{ weight: 1, program: traceFormula(name, loss.formula as LossFormula) }] });

const truth = ({ metric, curves, album, logits, absent, temperature }: ExportCase): Truth => ({
  kernels: relaxedLoss(metric, curves, { absent, temperature }),
  defined: () => defineLoss(metric, curves, album, logits, absent, temperature),
});
const handMadeTruth = (each: HandMadeCase): Truth => ({ kernels: each.loss, defined: () => defineHandMade(each) });

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

interface Run {
  readonly to: ExportTarget;
  readonly modules: readonly string[];
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  /** One case in so many, where one takes long. */
  readonly every?: number;
}

const keras = (backend: string, every = 1): Run => ({
  to: 'keras',
  modules: [backend, 'keras'],
  script: 'run_keras.py',
  env: { KERAS_BACKEND: backend },
  every,
});
const runs: Readonly<Record<string, Run>> = {
  pytorch: { to: 'pytorch', modules: ['torch'], script: 'run_pytorch.py' },
  jax: { to: 'jax', modules: ['jax'], script: 'run_jax.py' },
  // Of every metric, and of every kind of batch: there are eight of these for each metric.
  'keras on jax': keras('jax', 5),
  'keras on torch': keras('torch'),
  'keras on tensorflow': keras('tensorflow'),
};

describe.each(Object.entries(runs))('files run by %s', (name, { to, modules, script, env = {}, every = 1 }) => {
  const python = pythonWith(modules, env) ?? '';
  const there = test.skipIf(python === '');

  there('say what the definition and our kernels say of a metric', () => {
    const some = cases.filter((_, index) => index % every === 0);
    const framework = { python, script, env, source: source(to) };
    expect(wrongCases(some, truth, framework, join(folder, name))).toEqual([]);
  });

  there('say what the formula and our kernels say of a hand-made loss', async () => {
    const framework = { python, script, env, source: handMadeSource(to) };
    expect(wrongCases(await handMadeCases(), handMadeTruth, framework, join(folder, `${name} own`))).toEqual([]);
  });

  there('are noticed if they are wrong', () => {
    const wrong = (each: ExportCase): string => source(to)(each).replaceAll('EPSILON = 1e-8', 'EPSILON = 1e-6');
    const framework = { python, script, env, source: wrong };
    expect(wrongCases(cases.slice(0, 1), truth, framework, join(folder, `${name} wrong`))).not.toEqual([]);
  });
});
