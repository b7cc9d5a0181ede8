import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CheckCase,
  EXPORT_TARGETS,
  type ExportTarget,
  exportLoss,
  traceFormula,
  traceLoss,
} from '@auto-seg-loss/export';
import type { LossFormula } from '@auto-seg-loss/kernel';
import { afterAll, expect, test } from 'vitest';
import { handMadeLosses, makeHandMade } from '../../../packages/export/test/hand-made-losses.ts';
import { exportCases } from './cases.ts';
import { pythonWith } from './frameworks.ts';

// Whether ruff finds anything in exported files, or would format them otherwise, in lines of 100 columns: the ruff of
// $ASL_EXPORT_RUFF, or of the Pythons of $ASL_EXPORT_PYTHON.

const folder = mkdtempSync(join(tmpdir(), 'asl-ruff-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const own = process.env.ASL_EXPORT_RUFF;
const python = own === undefined ? pythonWith(['ruff']) : undefined;
const command = own === undefined ? [python ?? '', '-m', 'ruff'] : [own];

/** Without a configuration file's settings. @returns what it finds. */
function ruff(...args: readonly string[]): string {
  const [program = '', ...first] = command;
  const { status, stdout, stderr } = spawnSync(program, [...first, ...args, folder], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return status === 0 ? '' : stdout + stderr;
}

const check: CheckCase = { shape: [1, 2, 1, 1], logits: [0.25, -1e-7], labels: [1], value: 0.5, gradient: [0, 0] };

/** Of every metric under all its options alone, and in a sum with a hand-made loss. */
async function writeFiles(to: ExportTarget): Promise<void> {
  const metrics = exportCases().filter(({ title }) => title.endsWith(', ordinary'));
  const losses = await Promise.all(handMadeLosses.map(([name, options]) => makeHandMade(name, options)));
  const formulas = losses.map((loss) => traceFormula(loss.name, loss.formula as LossFormula));
  metrics.forEach((each, index) => {
    const term = { weight: 1, program: traceLoss(each) };
    const handMade = [{ weight: 1 / 3, program: formulas[index % formulas.length] as (typeof formulas)[number] }];
    const parts = [
      { terms: [term], handMade: [] },
      { terms: [], handMade },
      {
        terms: [
          { ...term, weight: 2 / 3 },
          { weight: 1, program: traceLoss({ ...each, temperature: 3 }) },
        ],
        handMade: [...handMade, ...handMade],
      },
    ];
    for (const [part, each] of parts.entries()) {
      const name = to === 'jax' ? 'a_loss' : 'ALoss';
      const source = exportLoss(to, {
        name,
        header: ['A loss: of a test.', '', 'Licence: none.'],
        cases: [check],
        ...each,
      });
      writeFileSync(join(folder, `${to}_${index}_${part}.py`), source);
    }
  });
}

test.skipIf(own === undefined && python === undefined)(
  'exported Python files are as ruff would have them',
  async () => {
    for (const to of EXPORT_TARGETS.filter((each) => each !== 'tfjs')) await writeFiles(to);
    expect(ruff('check', '--isolated', '--no-cache', '--output-format', 'concise')).toBe('');
    expect(ruff('format', '--isolated', '--no-cache', '--line-length', '100', '--diff')).toBe('');
  },
);
