import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@auto-seg-loss/kernel';
import { type LossValueOptions, lossValue } from '@auto-seg-loss/runtime';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { dump, parse } from 'npyjs';
import { describe, expect } from 'vitest';
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

  test("arrays in Fortran's order are taken too, as numpy saves a transposed one", async () => {
    const { value } = await lossValue(await options());
    // Column-major is row-major with the axes the other way round.
    const at = (n: number, h: number, w: number, c: number): number => ((n * H + h) * W + w) * C + c;
    const turned = new Float32Array(nhwc.length);
    for (let i = 0; i < turned.length; i++) {
      const [n, h, w, c] = [i % N, Math.floor(i / N) % H, Math.floor(i / (N * H)) % W, Math.floor(i / (N * H * W))];
      turned[i] = nhwc[at(n, h, w, c)] ?? 0;
    }
    const file = Buffer.from(npy(turned, [N, H, W, C])).toString('latin1');
    const fortran = Buffer.from(file.replace("'fortran_order':False", "'fortran_order':True "), 'latin1');
    expect((await lossValue(await options({}, { 'x.npy': fortran }))).value).toBe(value);
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

describe('logits that no loss means anything of are refused', () => {
  const one = Random.fromSeed('one channel');
  const x = Float32Array.from({ length: N * H * W }, () => one.normal());
  const mask = Uint8Array.from({ length: N * H * W }, () => one.integer(0, 1));

  test.each(['cross-entropy', 'dice', 'lovasz', 'focal', 'published:miou'])(
    'one channel, for %s: what is no class is said, and what to give instead',
    async (loss) => {
      for (const [layout, shape] of [
        ['nchw', [N, 1, H, W]],
        ['nhwc', [N, H, W, 1]],
      ] as const) {
        const files = { 'x.npy': npy(x, [...shape]), 'y.npy': npy(mask, [N, H, W]) };
        const error = await failure(lossValue(await options({ loss, layout, gradient: 'g.npy' }, files)));
        expect(error.code).toBe('ASL_ARGUMENT_INVALID');
        expect(error.message).toMatch(/one channel: softmax over one channel has nothing to learn/);
        const ones = mask.filter((value) => value === 1).length;
        expect(error.details.received).toContain(`label 1 is no class at ${ones} of ${N * H * W} pixels`);
        expect(error.details.remedy).toMatch(/^give two channels/);
      }
    },
  );

  test('the two channels that are proposed for a sigmoid network have its loss', async () => {
    const both = Float32Array.from({ length: 2 * x.length }, (_, i) => (i % 2 === 0 ? 0 : (x[(i - 1) / 2] ?? 0)));
    const files = { 'x.npy': npy(both, [N, H, W, 2]), 'y.npy': npy(mask, [N, H, W]) };
    const { value } = await lossValue(await options({ loss: 'cross-entropy' }, files));
    const sigmoid = x.map((z, i) => Math.log1p(Math.exp(mask[i] === 1 ? -z : z)));
    expect(value).toBeCloseTo(sigmoid.reduce((sum, each) => sum + each, 0) / x.length, 5);
  });

  test.each(['cross-entropy', 'published:miou', 'lovasz'])(
    'NaN and infinities, for %s: how many and where; no gradient is written',
    async (loss) => {
      const broken = Float32Array.from(nhwc);
      broken[(1 * H * W + 2 * W + 3) * C + 1] = Number.NaN;
      broken[broken.length - 1] = Number.NEGATIVE_INFINITY;
      const given = await options({ loss, gradient: 'g.npy' }, { 'x.npy': npy(broken, [N, H, W, C]) });
      const error = await failure(lossValue(given));
      expect(error.code).toBe('ASL_ARGUMENT_INVALID');
      expect(error.details.where).toMatch(/x\.npy, image 1, row 2, column 3, channel 1$/);
      expect(error.details.received).toMatch(/^1 NaN and 1 infinite of 120 numbers/);
      await expect(readFile(given.gradient ?? '')).rejects.toThrow(/ENOENT/);
    },
  );

  test('so are numbers that float32 cannot hold', async () => {
    const wide = Float64Array.from(nhwc);
    wide[7] = 1e300;
    const error = await failure(lossValue(await options({}, { 'x.npy': npy(wide, [N, H, W, C]) })));
    expect(error.details.received).toMatch(/^1 infinite/);
  });

  test('and a value or gradient that leaves the finite numbers on the way', async () => {
    const huge = Float32Array.from(nhwc, (each) => Math.sign(each) * 3e38);
    const given = await options({ loss: 'cross-entropy', gradient: 'g.npy' }, { 'x.npy': npy(huge, [N, H, W, C]) });
    const error = await failure(lossValue(given));
    expect(error).toMatchObject({ code: 'ASL_ARGUMENT_INVALID', message: expect.stringContaining('not finite') });
    expect(error.details.received).toMatch(/^value (Infinity|NaN), \d+ of 120 .*3.*e\+38$/);
    await expect(readFile(given.gradient ?? '')).rejects.toThrow(/ENOENT/);
  });
});

describe('every label value is a class or ignored', () => {
  const of = async (data: Parameters<typeof dump>[0], change: Partial<LossValueOptions> = {}) =>
    lossValue(await options({ loss: 'cross-entropy', ...change }, { 'y.npy': npy(data, [N, H, W]) }));
  const size = N * H * W;

  test.prop([
    fc.array(fc.constantFrom<number[]>(0, 1, 2, 3, 4, 7, 255, -1, 1000), { minLength: size, maxLength: size }),
    fc.option(fc.uniqueArray(fc.constantFrom<number[]>(0, 3, 4, 7, 255, -1, 1000), { minLength: 1 }), {
      nil: undefined,
    }),
  ])('or there is an error that says how many pixels and where the first is', async (values, ignore) => {
    const ignored = ignore ?? [255];
    const isOther = (value: number): boolean => !ignored.includes(value) && (value < 0 || value >= C);
    const first = values.findIndex(isOther);
    const counted = values.filter((value) => !ignored.includes(value)).length;
    const binary = ignore === undefined && new Set(values).size === 2 && values.includes(0) && values.includes(255);
    const run = of(Int32Array.from(values), ignore === undefined ? {} : { ignore });
    if (first === -1 && counted > 0 && !binary) {
      // The same as with the ignored values in the form that losses are defined with.
      const plain = Int32Array.from(values, (value) => (ignored.includes(value) ? -1 : value));
      expect((await run).value).toBe((await of(plain, { ignore: [-1] })).value);
      return;
    }
    const error = await failure(run);
    expect(error.code).toBe('ASL_ARGUMENT_INVALID');
    if (binary || first === -1) return;
    const [image, at] = [Math.floor(first / (H * W)), first % (H * W)];
    const place = `image ${image}, row ${Math.floor(at / W)}, column ${at % W}`;
    expect(error.details.where?.endsWith(place)).toBe(true);
    for (const value of new Set(values.filter(isOther))) {
      const count = values.filter((each) => each === value).length;
      expect(error.details.received).toContain(`${value} at ${count}`);
    }
  });

  test('masks of 0 and 255 have two readings, and neither is taken unasked', async () => {
    const mask = Uint8Array.from(labels, (_, i) => (i % 3 === 0 ? 255 : 0));
    const error = await failure(of(mask));
    expect(error.details.received).toBe(`0 at ${(2 * size) / 3}, 255 at ${size / 3} of ${size} pixels`);
    expect(error.details.remedy).toMatch(/write it as 1.*--ignore=255/);
    expect((await of(mask, { ignore: [255] })).value).toBeGreaterThan(0);
  });

  test('labels that count from 1 are recognised; what is ignored may be negative', async () => {
    const fromOne = Int32Array.from({ length: size }, (_, i) => i % (C + 1));
    const error = await failure(of(fromOne));
    expect(error.details.received).toBe(`${C} at ${size / (C + 1)} of ${size} pixels`);
    expect(error.details.remedy).toMatch(/subtract 1 \(a 0 becomes -1: --ignore=-1\)/);
    expect(
      (
        await of(
          fromOne.map((value) => value - 1),
          { ignore: [-1] },
        )
      ).value,
    ).toBeGreaterThan(0);
  });

  test('labels of which none counts are refused', async () => {
    const error = await failure(of(new Uint8Array(size).fill(255)));
    expect(error.message).toMatch(/no pixel of the labels counts/);
  });
});
