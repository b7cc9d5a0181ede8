import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExportTarget, exportLoss, type LossProgram, traceFormula, traceLoss } from '@auto-seg-loss/export';
import type { LossFormula } from '@auto-seg-loss/kernel';
import { afterAll, describe, expect, test } from 'vitest';
import { makeHandMade } from '../../../packages/export/test/hand-made-losses.ts';
import { exportCases, labelsOf, shapeOf } from './cases.ts';
import { pythonWith, runPython, scriptPath } from './frameworks.ts';

// What the frameworks do with exported losses besides calling them: transformations, saving, training.

const folder = mkdtempSync(join(tmpdir(), 'asl-use-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Files of a metric of pixels, of one of outlines, of a hand-made loss, and of a sum, each with a batch. */
async function writeFiles(to: ExportTarget): Promise<string> {
  const here = join(folder, to);
  mkdirSync(here, { recursive: true });
  const ordinary = exportCases().filter(({ title }) => title.endsWith('ignored pixels'));
  const programOf = async (name: 'cross-entropy' | 'dice'): Promise<LossProgram> =>
    traceFormula(name, (await makeHandMade(name, {})).formula as LossFormula);
  const [entropy, dice] = [await programOf('cross-entropy'), await programOf('dice')];
  const written = [];
  for (const name of ['miou', 'bf1', 'cross-entropy', 'sum']) {
    const each = ordinary.find(({ metric }) => metric.name === (name === 'bf1' ? 'bf1' : 'miou'));
    if (each === undefined) throw new Error(`no case of ${name}`);
    const program = traceLoss(each);
    const file = `${name.replace('-', '_')}.py`;
    const source = exportLoss(to, {
      name: to === 'jax' ? 'exported_loss' : 'ExportedLoss',
      header: ['A loss.'],
      terms: name === 'cross-entropy' ? [] : [{ weight: 0.75, program }],
      handMade: [
        ...(name === 'cross-entropy' ? [{ weight: 1, program: entropy }] : []),
        ...(name === 'sum'
          ? [
              { weight: 0.25, program: entropy },
              { weight: 0.5, program: dice },
            ]
          : []),
      ],
      cases: [],
    });
    writeFileSync(join(here, file), source);
    written.push({ name, file, shape: shapeOf(each), logits: [...each.logits], labels: labelsOf(each) });
  }
  writeFileSync(join(here, 'cases.json'), JSON.stringify(written));
  return here;
}

describe.each([
  ['jax', 'jax', 'use_jax.py', {}],
  ['keras on jax', 'keras', 'use_keras.py', { KERAS_BACKEND: 'jax' }],
  ['keras on torch', 'keras', 'use_keras.py', { KERAS_BACKEND: 'torch' }],
  ['keras on tensorflow', 'keras', 'use_keras.py', { KERAS_BACKEND: 'tensorflow' }],
] as const)('%s', (_, to, script, env) => {
  const backend: readonly string[] = Object.values(env);
  const python = pythonWith([...backend, to], env);
  test.skipIf(python === undefined)('trains with exported losses', async () => {
    const { stdout, stderr } = runPython(python ?? '', [scriptPath(script), await writeFiles(to)], env);
    expect(stdout, stderr).toContain('all hold');
  });
});
