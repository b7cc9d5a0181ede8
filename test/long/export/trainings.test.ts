import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { runAsl } from '../../../packages/cli/test/run-asl.ts';
import { pythonWith, scriptPath } from './frameworks.ts';

// Files of `asl export` in trainings of the real packages, which a Python that $ASL_EXPORT_PYTHON names has.

const DATA = process.env.ASL_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const FOUND = fileURLToPath(new URL('../../../docs/examples/camvid-miou.loss.json', import.meta.url));
const parent = mkdtempSync(join(tmpdir(), 'asl-trainings-'));

afterAll(() => {
  rmSync(parent, { recursive: true });
});

async function exported(to: string): Promise<string> {
  const file = join(parent, `${to}_loss.py`);
  expect(await runAsl(['export', FOUND, '--to', to, '--name', 'FoundLoss', '--out', file])).toMatchObject({ code: 0 });
  return file;
}

/** What a script of this folder prints last, as JSON. */
function run(
  python: string,
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): unknown {
  const stdout = execFileSync(python, [scriptPath(script), ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
    cwd: parent,
    maxBuffer: 2 ** 28,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', CUDA_VISIBLE_DEVICES: '', ...env },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

describe('an exported loss trains', () => {
  test('a network of MONAI', async ({ skip }) => {
    const python = pythonWith(['monai']) ?? skip();
    const losses = run(python, 'train_monai.py', [await exported('monai'), 'FoundLoss']) as number[];
    expect(losses).toHaveLength(12);
    expect(losses.at(-1)).toBeLessThan(0.8 * (losses[0] as number));
  });

  test('a head of mmsegmentation, beside its cross-entropy', async ({ skip }) => {
    const python = pythonWith(['mmseg.registry']) ?? skip();
    const losses = run(python, 'train_mmseg.py', [await exported('mmseg'), 'FoundLoss']) as [number, number][];
    expect(losses).toHaveLength(12);
    const [first, last] = [losses[0], losses.at(-1)] as [[number, number], [number, number]];
    expect(last[0]).toBeLessThan(0.8 * first[0]);
    expect(last[1]).toBeLessThan(first[1]);
  });

  test('nnU-Net, by its own trainer with deep supervision', async ({ skip }) => {
    const python = pythonWith(['nnunetv2']) ?? skip();
    if (!existsSync(join(DATA, 'Dataset004_Hippocampus')))
      skip(`no Dataset004_Hippocampus at ${DATA}; set ASL_TEST_DATA to the folder of the real data`);
    const trainers = join(parent, 'trainers');
    mkdirSync(trainers);
    copyFileSync(await exported('nnunet'), join(trainers, 'found_loss.py'));
    const env = {
      nnUNet_raw: DATA,
      nnUNet_preprocessed: join(parent, 'preprocessed'),
      nnUNet_results: join(parent, 'results'),
      nnUNet_extTrainer: trainers,
    };
    const prepare = join(dirname(python), 'nnUNetv2_plan_and_preprocess');
    const once = ['-d', '4', '-c', '2d', '-np', '1', '-npfp', '1'];
    execFileSync(prepare, once, { stdio: 'pipe', env: { ...process.env, ...env } });
    const [supervision, ...losses] = run(python, 'train_nnunet.py', ['FoundLoss'], {
      ...env,
      nnUNet_n_proc_DA: '0',
    }) as [string, ...number[]];
    expect(supervision).toBe('DeepSupervisionWrapper');
    expect(losses).toHaveLength(2);
    for (const loss of losses) {
      expect(loss).toBeGreaterThan(0);
      expect(loss).toBeLessThan(1);
    }
  });
});
