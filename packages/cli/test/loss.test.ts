import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@auto-seg-loss/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFloats, writeNpy } from './npy.ts';
import { runAsl } from './run-asl.ts';

const [N, C, H, W] = [2, 3, 4, 5];
const SIZE = N * C * H * W;

let folder: string;
const at = (name: string) => join(folder, name);
const random = Random.fromSeed('loss');
/** By image, row, column, class. */
const logits = Float32Array.from({ length: SIZE }, () => 2 * random.normal());
const labels = Int32Array.from({ length: N * H * W }, () => (random.uniform() < 0.2 ? 255 : random.integer(0, C - 1)));

/** [n, h, w, c] → [n, c, h, w] */
function toNchw(data: Float32Array): Float32Array {
  const moved = new Float32Array(SIZE);
  for (let n = 0; n < N; n++)
    for (let p = 0; p < H * W; p++)
      for (let c = 0; c < C; c++) moved[(n * C + c) * H * W + p] = data[(n * H * W + p) * C + c] ?? 0;
  return moved;
}

/** Mean of -log softmax at the label over the pixels that count, and its gradient, in float64. */
function plainCrossEntropy(): { readonly value: number; readonly gradient: readonly number[] } {
  const counted = labels.filter((label) => label < C).length;
  const gradient = new Array<number>(SIZE).fill(0);
  let value = 0;
  for (const [pixel, label] of labels.entries()) {
    if (label >= C) continue;
    const row = Array.from(logits.subarray(pixel * C, (pixel + 1) * C));
    const total = row.reduce((sum, x) => sum + Math.exp(x), 0);
    value += (Math.log(total) - (row[label] ?? 0)) / counted;
    for (const [c, x] of row.entries())
      gradient[pixel * C + c] = (Math.exp(x) / total - (c === label ? 1 : 0)) / counted;
  }
  return { value, gradient };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-loss-'));
  await writeNpy(at('nhwc.npy'), logits, [N, H, W, C]);
  await writeNpy(at('nchw.npy'), toNchw(logits), [N, C, H, W]);
  await writeNpy(at('labels.npy'), labels, [N, H, W]);
  await writeNpy(at('bytes.npy'), Uint8Array.from(labels), [N, H, W]);
});
afterAll(() => rm(folder, { recursive: true }));

const loss = (name: string, ...more: readonly string[]) => runAsl(['loss', name, ...more, '--json'], { cwd: folder });

describe('asl loss', () => {
  test.each([
    ['nhwc', 'labels.npy'],
    ['nchw', 'bytes.npy'],
  ])('cross-entropy and its gradient in %s equal a plain loop', async (layout, labelFile) => {
    const files = ['--logits', `${layout}.npy`, '--labels', labelFile, '--gradient', `${layout}-gradient.npy`];
    const { code, stdout, stderr } = await loss('cross-entropy', ...files, '--layout', layout);
    expect([code, stderr]).toEqual([0, '']);
    const expected = plainCrossEntropy();
    expect(JSON.parse(stdout)).toEqual({ value: expect.closeTo(expected.value, 5) });
    const { shape, data } = await readFloats(at(`${layout}-gradient.npy`));
    const gradient = Float32Array.from(expected.gradient);
    const inLayout = layout === 'nhwc' ? gradient : toNchw(gradient);
    expect(shape).toEqual(layout === 'nhwc' ? [N, H, W, C] : [N, C, H, W]);
    expect(data.length).toBe(SIZE);
    for (const [index, value] of data.entries()) expect(value).toBeCloseTo(inLayout[index] ?? Number.NaN, 6);
  });

  test('a published loss has one value in both layouts', async () => {
    const values = await Promise.all(
      ['nhwc', 'nchw'].map(async (layout) => {
        const { code, stdout } = await loss(
          'published:miou',
          '--logits',
          `${layout}.npy`,
          '--labels',
          'labels.npy',
          '--layout',
          layout,
        );
        expect(code).toBe(0);
        return JSON.parse(stdout).value as number;
      }),
    );
    expect(values[0]).toBeGreaterThan(0);
    expect(values[0]).toBeLessThan(1);
    expect(values[1]).toBeCloseTo(values[0] ?? Number.NaN, 6);
  });

  const curve = {
    name: 'intersection',
    points: [
      [0, 0],
      [0.5, 0.5],
      [1, 1],
    ],
  };
  const sound = {
    format: 'auto-seg-loss/1',
    metric: { use: 'miou' },
    surrogate: { use: 'bezier', pieces: 1 },
    constraints: [{ use: 'truth-table' }, { use: 'monotonicity' }],
    absent: 'zero',
    curves: [curve, { ...curve, name: 'union' }],
  };

  test('a loss.json written by hand is taken', async () => {
    await writeFile(at('sound.json'), JSON.stringify(sound));
    const { code, stdout, stderr } = await loss('sound.json', '--logits', 'nchw.npy', '--labels', 'labels.npy');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout).value).toBeGreaterThan(0);
  });

  test.each([
    ['is no JSON', '{"format": ', /bad\.json/],
    ['has another format', JSON.stringify({ ...sound, format: 'other/1' }), /format/],
    ['lacks a curve', JSON.stringify({ ...sound, curves: [curve] }), /union|curves/],
    [
      'breaks a constraint',
      JSON.stringify({
        ...sound,
        curves: [
          {
            ...curve,
            points: [
              [0, 0],
              [0.5, 0.5],
              [1, 0.9],
            ],
          },
          { ...curve, name: 'union' },
        ],
      }),
      /truth-table/,
    ],
    ['has another hash', JSON.stringify({ ...sound, sha256: '0'.repeat(64) }), /remove "sha256"/],
    ['is of no known metric', JSON.stringify({ ...sound, metric: { use: 'mioo' } }), /Did you mean "miou"/],
  ])('a loss.json that %s is refused', async (_, content, message) => {
    await writeFile(at('bad.json'), content);
    const { code, stdout, stderr } = await runAsl(
      ['loss', 'bad.json', '--logits', 'nchw.npy', '--labels', 'labels.npy'],
      { cwd: folder },
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^ASL_(LOSS_INVALID|LOSS_MISMATCH|PLUGIN_NOT_FOUND): /);
    expect(stderr).toMatch(message);
  });

  test.each([
    ['an unknown loss', ['lovas', '--logits', 'nchw.npy', '--labels', 'labels.npy'], 'ASL_PLUGIN_NOT_FOUND', /lovas/],
    [
      'an unknown published one',
      ['published:mio', '--logits', 'nchw.npy', '--labels', 'labels.npy'],
      'ASL_LOSS_INVALID',
      /Did you mean "miou"/,
    ],
    [
      'a missing loss.json',
      ['nowhere.json', '--logits', 'nchw.npy', '--labels', 'labels.npy'],
      'ASL_LOSS_INVALID',
      /no such file/,
    ],
    [
      'another layout',
      ['cross-entropy', '--logits', 'nhwc.npy', '--labels', 'labels.npy'],
      'ASL_ARGUMENT_INVALID',
      /--layout nhwc/,
    ],
    [
      'labels for logits',
      ['cross-entropy', '--logits', 'labels.npy', '--labels', 'labels.npy'],
      'ASL_ARGUMENT_INVALID',
      /--logits/,
    ],
  ])('%s: one message, exit code 2', async (_, args, error, message) => {
    const { code, stdout, stderr } = await runAsl(['loss', ...args], { cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^${error}: `));
    expect(stderr).toMatch(message);
  });

  test('a sum with weights is the sum of the values', async () => {
    await writeFile(at('part.json'), JSON.stringify(sound));
    const files = ['--logits', 'nchw.npy', '--labels', 'labels.npy'];
    const value = async (name: string): Promise<number> => {
      const { code, stdout, stderr } = await loss(name, ...files);
      expect([code, stderr], name).toEqual([0, '']);
      return JSON.parse(stdout).value as number;
    };
    const expected = 0.75 * (await value('part.json')) + 0.25 * (await value('focal'));
    expect(await value('0.75*part.json+0.25*focal')).toBeCloseTo(expected, 5);
  });

  test('--set sets an option of a part; one that no part has is refused', async () => {
    const files = ['--logits', 'nchw.npy', '--labels', 'labels.npy'];
    const { code, stdout } = await loss('focal', ...files, '--set', 'gamma=0');
    const plain = await loss('cross-entropy', ...files);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).value).toBeCloseTo(JSON.parse(plain.stdout).value, 5);
    const refused = await loss('focal+dice', ...files, '--set', 'gama=0');
    expect([refused.code, JSON.parse(refused.stderr).error]).toEqual([
      2,
      expect.objectContaining({ code: 'ASL_USAGE', remedy: 'Did you mean "gamma"?' }),
    ]);
  });

  test.each([[['--ignore', '255,-1']], [['--ignore=-1,255']], [['--ignore', '-1,255']]])(
    '%j: both values are left out',
    async (flag) => {
      const moved = labels.map((label, i) => (label === 255 && i % 2 === 0 ? -1 : label));
      await writeNpy(at('moved.npy'), moved, [N, H, W]);
      const with255 = JSON.parse(
        (await loss('cross-entropy', '--logits', 'nchw.npy', '--labels', 'labels.npy')).stdout,
      );
      const { code, stdout } = await loss('cross-entropy', '--logits', 'nchw.npy', '--labels', 'moved.npy', ...flag);
      expect([code, JSON.parse(stdout)]).toEqual([0, with255]);
      const refused = await loss('cross-entropy', '--logits', 'nchw.npy', '--labels', 'moved.npy');
      expect([refused.code, refused.stdout]).toEqual([2, '']);
      expect(JSON.parse(refused.stderr).error).toMatchObject({
        code: 'ASL_ARGUMENT_INVALID',
        received: expect.stringMatching(/^-1 at \d+ of 40 pixels/),
      });
    },
  );

  test('--ignore takes numbers', async () => {
    const { code, stderr } = await loss('dice', '--logits', 'nchw.npy', '--labels', 'labels.npy', '--ignore', 'void');
    expect(code).toBe(2);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'ASL_USAGE' });
  });

  test('a truncated .npy is refused', async () => {
    const bytes = await readFile(at('nchw.npy'));
    await writeFile(at('cut.npy'), bytes.subarray(0, bytes.length - 40));
    const { code, stderr } = await runAsl(['loss', 'cross-entropy', '--logits', 'cut.npy', '--labels', 'labels.npy'], {
      cwd: folder,
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ASL_ARGUMENT_INVALID: /);
    expect(stderr).toContain('cut.npy');
  });
});
