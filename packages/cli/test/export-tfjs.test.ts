import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl } from './run-asl.ts';

const LIBRARY = fileURLToPath(new URL('../../../node_modules/@tensorflow', import.meta.url));

/** A folder of a stranger's, who has TensorFlow.js. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-export-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(LIBRARY, join(folder, 'node_modules/@tensorflow'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (file: string) => promisify(execFile)(process.execPath, [file], { cwd: folder });

describe('asl export --to tfjs', () => {
  test('writes a file that checks itself, and notices a constant that was changed', async () => {
    const loss = '0.75*published:bf1+0.25*dice';
    const args = ['export', loss, '--tolerance', '2', '--to', 'tfjs', '--out', 'bf1-loss.mjs'];
    const { code, stdout, stderr } = await runAsl(args, { cwd: folder });
    expect([code, stdout, stderr]).toEqual([0, 'bf1DiceLoss is in bf1-loss.mjs\n', '']);
    const source = await readFile(join(folder, 'bf1-loss.mjs'), 'utf8');
    expect(source).toContain(
      '//   Metric: bf1 (tolerance 2, background true); classes absent from a batch count as 0.',
    );
    expect(source).toContain('export function bf1DiceLoss(logits, labels, { ignoreLabel = 255 } = {}) {');
    const { stdout: agreed } = await run('bf1-loss.mjs');
    expect(agreed).toBe('2 cases agree\n');
    const wrong = source.replace('const OUTSIDE_A = [[[0, 0], [0.2', 'const OUTSIDE_A = [[[0, 0], [0.5');
    expect(wrong).not.toBe(source);
    await writeFile(join(folder, 'wrong.mjs'), wrong);
    await expect(run('wrong.mjs')).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/Error: case 1: /) });
  });

  test.each(['default', 'curve', 'tf', 'CASES'])('refuses the name %s', async (name) => {
    const { code, stderr } = await runAsl(['export', 'published:miou', '--to', 'tfjs', '--name', name], {
      cwd: folder,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('the loss cannot be called so');
  });
});
