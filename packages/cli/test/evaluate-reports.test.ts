import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatNpy } from '@auto-seg-loss/images';
import { Random } from '@auto-seg-loss/kernel';
import { encode } from 'fast-png';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAsl } from './run-asl.ts';

const SIDE = 8;
const IMAGES = 4;

let folder: string;
const at = (...names: readonly string[]) => join(folder, ...names);
const args = (metrics: string, ...more: readonly string[]) => [
  'evaluate',
  ...['--predictions', at('predictions'), '--labels', at('labels'), '--classes', '2', '--metrics', metrics],
  ...more,
];

/** A square of class 1, from a corner. */
function square(corner: number): Uint8Array {
  return Uint8Array.from({ length: SIDE * SIDE }, (_, index) => {
    const [y, x] = [Math.floor(index / SIDE), index % SIDE];
    return y >= corner && y < corner + 3 && x >= 1 && x < 4 ? 1 : 0;
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-evaluate-reports-'));
  for (const name of ['predictions', 'labels', 'probabilities']) await mkdir(at(name));
  const random = Random.fromSeed('reports');
  const png = (data: Uint8Array) => encode({ width: SIDE, height: SIDE, data, channels: 1, depth: 8 });
  for (let image = 0; image < IMAGES; image++) {
    // Rows too low: as many as the image's number.
    await writeFile(at('labels', `${image}.png`), png(square(1)));
    const prediction = square(1 + image);
    await writeFile(at('predictions', `${image}.png`), png(prediction));
    const sure = Float32Array.from(prediction, () => 0.6 + 0.3 * random.uniform());
    const ofOne = sure.map((each, index) => (prediction[index] === 1 ? each : 1 - each));
    const probabilities = Float32Array.from([...ofOne.map((each) => 1 - each), ...ofOne]);
    await writeFile(at('probabilities', `${image}.npy`), formatNpy(probabilities, [2, SIDE, SIDE]));
  }
});
afterAll(() => rm(folder, { recursive: true }));

test('metrics that are only reported stand beside the others, in their own units', async () => {
  const csv = at('values.csv');
  const metrics = 'miou,hd,hd95,assd,betti-error,mcc,panoptic-quality';
  const { code, stdout, stderr } = await runAsl(args(metrics, '--json', '--csv', csv, '--drop-background'));
  expect([code, stderr]).toEqual([0, '']);
  const { metrics: scores } = JSON.parse(stdout);
  expect(Object.keys(scores)).toEqual(metrics.split(','));
  // 0, 1, 2 and 3 rows.
  expect(scores.hd).toMatchObject({ value: 1.5, perClass: [null, 1.5], unit: 'length', better: 'lower' });
  expect(scores['betti-error']).toMatchObject({ value: 0, unit: 'count', better: 'lower' });
  expect(scores.mcc).toMatchObject({ unit: 'share', better: 'higher' });
  expect(scores.miou).not.toHaveProperty('unit');
  expect(scores.hd.interval[0]).toBeLessThan(scores.hd.interval[1]);
  const rows = (await readFile(csv, 'utf8')).split('\n');
  expect(rows).toContain('2,hd,class 1,2');
});

test('the table says which values are no shares, and which are better', async () => {
  const { code, stdout } = await runAsl(args('miou,hd,betti-error', '--bootstrap', '0'));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^class 1 +\d+\.\d\d +1\.50 +0\.00$/m);
  expect(stdout).toContain(
    'hd: in pixels, or the unit of the spacing\nbetti-error: numbers, not percent\nhd, betti-error: lower is better\n',
  );
});

test('the calibration error takes the probabilities of a folder', async () => {
  const { code, stdout } = await runAsl(
    args('ece', '--probabilities', at('probabilities'), '--json', '--bootstrap', '0'),
  );
  expect(code).toBe(0);
  const { value } = JSON.parse(stdout).metrics.ece;
  expect(value).toBeGreaterThan(0);
  expect(value).toBeLessThan(0.4);
});

test('without probabilities, and with arrays that are none, it is refused by the name of the metric or the file', async () => {
  const without = await runAsl(args('ece'));
  expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--probabilities FOLDER beside ece')]);
  await mkdir(at('logits'));
  for (let image = 0; image < IMAGES; image++)
    await writeFile(
      at('logits', `${image}.npy`),
      formatNpy(new Float32Array(2 * SIDE * SIDE).fill(3), [2, SIDE, SIDE]),
    );
  const logits = await runAsl(args('ece', '--probabilities', at('logits')));
  expect([logits.code, logits.stderr]).toEqual([2, expect.stringContaining(at('logits', '0.npy'))]);
  expect(logits.stderr).toContain('received: 3 at row 0, column 0');
});

test('a search for one of them is refused, with the metric to search for in its place', async () => {
  const { code, stderr } = await runAsl(['search', '--set', 'metric=hd95', '--dry-run']);
  expect(code).toBe(2);
  expect(stderr).toContain('"hd95" (metric) is only reported');
  expect(stderr).toMatch(/remedy: +take "[a-z0-9]+" in its place/);
});
