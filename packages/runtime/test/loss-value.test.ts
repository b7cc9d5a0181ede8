import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@auto-seg-loss/kernel';
import { type LossValueOptions, lossValue } from '@auto-seg-loss/runtime';
import { dump, parse } from 'npyjs';
import { describe, expect, test } from 'vitest';
import { failure, makeProject } from './project.ts';

const [N, H, W, C] = [2, 3, 5, 4];
const random = Random.fromSeed('loss-value');
const nhwc = Float32Array.from({ length: N * H * W * C }, () => random.normal());
const labels = Uint8Array.from({ length: N * H * W }, () => (random.uniform() < 0.1 ? 255 : random.integer(0, C - 1)));

/** [n, h, w, c] → [n, c, h, w] */
function channelsFirst(values: Float32Array): Float32Array {
  const turned = new Float32Array(values.length);
  for (let n = 0; n < N; n++) {
    for (let p = 0; p < H * W; p++) {
      for (let c = 0; c < C; c++) turned[(n * C + c) * H * W + p] = values[(n * H * W + p) * C + c] ?? 0;
    }
  }
  return turned;
}

const npy = (data: Parameters<typeof dump>[0], shape: number[]): Uint8Array => new Uint8Array(dump(data, shape));

async function options(
  change: Partial<LossValueOptions> = {},
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<LossValueOptions> {
  const folder = await makeProject();
  const all = {
    'x.npy': npy(nhwc, [N, H, W, C]),
    'nchw.npy': npy(channelsFirst(nhwc), [N, C, H, W]),
    'y.npy': npy(labels, [N, H, W]),
    ...files,
  };
  for (const [name, bytes] of Object.entries(all)) await writeFile(join(folder, name), bytes);
  const base: LossValueOptions = {
    loss: 'published:miou',
    logits: 'x.npy',
    labels: 'y.npy',
    layout: 'nhwc',
    context: { baseDir: folder, cacheDir: folder },
    ...change,
  };
  const gradient = base.gradient === undefined ? {} : { gradient: join(folder, base.gradient) };
  return { ...base, logits: join(folder, base.logits), labels: join(folder, base.labels), ...gradient };
}

async function gradientOf(file: string | undefined): Promise<ReturnType<typeof parse>> {
  return parse(Uint8Array.from(await readFile(file ?? '')).buffer);
}

describe('the value of a loss on arrays', () => {
  test('is the same in both layouts, and the gradient comes in the layout of the logits', async () => {
    const last = await options({ gradient: 'g.npy' });
    const first = await options({ logits: 'nchw.npy', layout: 'nchw', gradient: 'g.npy' });
    const { value, unused } = await lossValue(last);
    expect(unused).toEqual([]);
    expect((await lossValue(first)).value).toBeCloseTo(value, 6);
    const [a, b] = [await gradientOf(last.gradient), await gradientOf(first.gradient)];
    expect([a.dtype, a.shape, b.shape]).toEqual(['f4', [N, H, W, C], [N, C, H, W]].map((each) => each));
    const turned = channelsFirst(a.data as Float32Array);
    for (const [index, expected] of turned.entries()) expect((b.data as Float32Array)[index]).toBeCloseTo(expected, 6);
  });

  test('the gradient is the slope of the value', async () => {
    const before = await options({ gradient: 'g.npy', loss: 'cross-entropy' });
    const { value } = await lossValue(before);
    const slope = (await gradientOf(before.gradient)).data as Float32Array;
    const step = 1e-2;
    // Along the gradient, so that float32 has something to show.
    const moved = Float32Array.from(nhwc, (x, index) => x + step * (slope[index] ?? 0) * 100);
    const after = await lossValue(await options({ loss: 'cross-entropy' }, { 'x.npy': npy(moved, [N, H, W, C]) }));
    const expected = slope.reduce((sum, each) => sum + each * each, 0) * step * 100;
    expect((after.value - value) / expected).toBeCloseTo(1, 0);
    expect(after.value).toBeGreaterThan(value);
  });

  test.each([
    ['int32', Int32Array.from(labels)],
    ['int64, as numpy makes them', BigInt64Array.from(labels, BigInt)],
  ])('labels may be %s', async (_name, data) => {
    const { value } = await lossValue(await options());
    expect((await lossValue(await options({}, { 'y.npy': npy(data, [N, H, W]) }))).value).toBe(value);
  });

  test('float64 logits are taken too', async () => {
    const { value } = await lossValue(await options());
    const wide = await options({}, { 'x.npy': npy(Float64Array.from(nhwc), [N, H, W, C]) });
    expect((await lossValue(wide)).value).toBe(value);
  });

  test('losses are added', async () => {
    const sum = await lossValue(await options({ loss: 'cross-entropy+cross-entropy' }));
    expect(sum.value).toBeCloseTo(2 * (await lossValue(await options({ loss: 'cross-entropy' }))).value, 6);
  });

  test('flags go to metrics that have the option; others say so', async () => {
    const at = async (tolerance: number) =>
      (await lossValue(await options({ loss: 'published:biou', tolerance }))).value;
    expect(await at(0)).not.toBe(await at(2));
    expect((await lossValue(await options({ tolerance: 2 }))).unused).toEqual(['tolerance']);
  });
});

describe('bad arrays name their argument', () => {
  const whole = npy(nhwc, [N, H, W, C]);
  test.each<[string, Partial<LossValueOptions>, Record<string, Uint8Array>, RegExp, RegExp]>([
    ['no file', { logits: 'gone.npy' }, {}, /^--logits: .*gone\.npy/, /no such file/],
    ['no .npy', {}, { 'x.npy': Buffer.from('hello, this is text') }, /^--logits/, /npy/i],
    ['cut short', {}, { 'x.npy': whole.subarray(0, whole.length - 8) }, /^--logits/, /118/],
    ['whole numbers for logits', {}, { 'x.npy': npy(Int32Array.from(nhwc), [N, H, W, C]) }, /^--logits/, /i4/],
    ['rank 3', {}, { 'x.npy': npy(nhwc, [N, H, W * C]) }, /^--logits/, /\[2, 3, 20\]/],
    ['empty', {}, { 'x.npy': npy(new Float32Array(0), [0, H, W, C]) }, /^--logits/, /\[0, 3, 5, 4\]/],
    ['float labels', {}, { 'y.npy': npy(Float32Array.from(labels), [N, H, W]) }, /^--labels/, /f4/],
    ['labels of another size', {}, { 'y.npy': npy(labels, [N, W, H]) }, /^--labels/, /\[2, 5, 3\]/],
    [
      'labels too large',
      {},
      {
        'y.npy': npy(
          BigInt64Array.from(labels, (v) => BigInt(v) * 2n ** 40n),
          [N, H, W],
        ),
      },
      /^--labels/,
      /\d{10}/,
    ],
  ])('%s', async (_name, change, files, where, received) => {
    const error = await failure(lossValue(await options(change, files)));
    expect(error.code).toBe('ASL_ARGUMENT_INVALID');
    expect(error.details.where).toMatch(where);
    expect(error.details.received).toMatch(received);
  });

  test('the other layout is proposed where it would fit', async () => {
    const error = await failure(lossValue(await options({ logits: 'nchw.npy', layout: 'nhwc' })));
    expect(error.details.remedy).toBe('pass --layout nchw');
  });
});
