import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl } from './run-asl.ts';

const MIXED = fileURLToPath(new URL('../../../docs/examples/mixed.loss.json', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-export-'));
});
afterAll(() => rm(folder, { recursive: true }));

const exportedTo = (to: string, ...args: readonly string[]) => runAsl(['export', ...args, '--to', to], { cwd: folder });
const exported = (...args: readonly string[]) => exportedTo('pytorch', ...args);

describe('asl export of sums', () => {
  test('of searched and hand-made losses: one module, with a function for each part', async () => {
    const { code, stderr } = await exported('0.75*published:miou+0.25*dice+cross-entropy', '--out', 'sum.py');
    expect([code, stderr]).toEqual([0, '']);
    const source = await readFile(join(folder, 'sum.py'), 'utf8');
    expect(source).toContain('class MiouCrossEntropyDiceLoss(nn.Module)');
    expect(source).toContain('0.75 * (1 - miou_score(');
    expect(source).toContain('0.25 * _dice_loss(');
    expect(source).toContain('0.25 * dice:\n  Loss: dice (');
  });

  test('options of a part are in the file', async () => {
    const { code, stdout } = await exported('focal+tversky', '--set', 'focal.gamma=3.5');
    expect(code).toBe(0);
    expect(stdout).toContain('gamma 3.5');
    expect(stdout).toMatch(/_power\(.*, 3\.5\)/);
  });

  test.each(['jax', 'keras'])('a hand-made loss alone, and sums, are written for %s too', async (to) => {
    const alone = await exportedTo(to, 'cross-entropy', '--set', 'classWeights=1,0.5,2');
    expect([alone.code, alone.stderr]).toEqual([0, '']);
    expect(alone.stdout).toContain('class_weights = (1, 0.5, 2)');
    expect(alone.stdout).not.toContain('EPSILON');
    const sum = await exportedTo(to, '0.75*published:miou+0.25*focal+tversky');
    expect([sum.code, sum.stderr]).toEqual([0, '']);
    expect(sum.stdout).toContain('loss = 0.75 * (1 - miou_score(');
    expect(sum.stdout).toContain('loss = loss + 0.25 * _focal_loss(');
    expect(sum.stdout).toContain('loss = loss + _tversky_loss(');
  });

  test.each([
    ['pytorch', 'logits / 1.7, 1)', '0.3 * _cross_entropy_loss('],
    ['keras', 'ops.softmax(y_pred / 1.7, -1)', '0.3 * _cross_entropy_loss('],
    ['jax', 'jax.nn.softmax(logits / 1.7, -1)', '0.3 * _cross_entropy_loss('],
    ['tfjs', 'softmax(tf.div(logits, 1.7))', 'tf.mul(0.3, crossEntropyTerm('],
  ])('a file of several terms is written for %s with their weights and temperatures', async (to, tempered, term) => {
    const { code, stdout, stderr } = await exportedTo(to, MIXED);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(tempered);
    expect(stdout).toContain(term);
    // The file by itself, which holds both; where it lies is nobody else's business.
    expect(stdout).toMatch(/asl export mixed\.loss\.json --to /);
    expect(stdout).toContain('logits are divided by 1.7');
  });

  test.each([
    ['lovasz', 'lovasz'],
    ['dice+lovasz', '"lovasz" in dice+lovasz'],
  ])('%s has no formula: refused by name', async (loss, where) => {
    const { code, stdout, stderr } = await exported(loss, '--json');
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'ASL_EXPORT_UNSUPPORTED', where });
  });
});
