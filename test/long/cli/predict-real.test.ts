import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl } from '../../../packages/cli/test/run-asl.ts';

const DATA = process.env.ASL_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const CAMVID = join(DATA, 'camvid');
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const METRICS = 'miou,fwiou,macc,gacc,biou,bf1';

describe.skipIf(!existsSync(CAMVID))('predictions of CamVid’s val images', () => {
  let out: string;
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'asl-camvid-'));
  });
  afterAll(() => rm(out, { recursive: true, force: true }));
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runAsl(args, { cwd: ROOT, env: { CAMVID } });
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };

  test.each([
    ['fitted and whole', ['training.images=fitted']],
    [
      'crops and windows, mirrored',
      [
        'training.images=crops',
        'training.scoring.mode=windows',
        'training.scoring.overlap=0',
        'training.scoring.flip=true',
      ],
    ],
  ])('have the score of the training, to the digit: %s', async (name, fields) => {
    const folder = join(out, name.replaceAll(/\W+/g, '-'));
    const set = ['training.iterations=40', ...fields].flatMap((field) => ['--set', field]);
    const network = join(folder, 'network');
    const config = 'docs/examples/camvid-miou.json';
    await ok('train', config, '--loss', 'cross-entropy', '--out', network, ...set);
    const predictions = join(folder, 'predictions');
    await ok('predict', join(CAMVID, 'val'), '--network', network, '--out', predictions);
    const labels = ['--labels', join(CAMVID, 'valannot'), '--classes', '11', '--ignore', '11'];
    const options = ['--set', 'biou.tolerance=2', '--set', 'bf1.tolerance=2', '--bootstrap', '0', '--json'];
    const evaluated = await ok('evaluate', '--metrics', METRICS, '--predictions', predictions, ...labels, ...options);
    const report = JSON.parse(await readFile(join(network, 'report.json'), 'utf8')) as {
      readonly metrics: object;
      readonly coverage: { readonly images: number };
    };
    expect(JSON.parse(evaluated)).toMatchObject({ images: 101, metrics: report.metrics });
    expect(report.coverage.images).toBe(101);
  });
});
