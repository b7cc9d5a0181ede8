import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  defineMetric,
  definePlugin,
  isAslError,
  noOptions,
  type Plugin,
  type PluginUse,
  Random,
} from '@auto-seg-loss/kernel';
import { type CurvesTerm, checkLossFile, type LossFileTerm, lossFileText } from '@auto-seg-loss/loss-file';
import '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import {
  getBackend,
  grad,
  mean,
  mul,
  removeBackend,
  type Scalar,
  scalar,
  setBackend,
  type Tensor4D,
  tensor3d,
  tensor4d,
  train,
  variable,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '../../loss-file/test/code-of.ts';
import { type LossFunction, openLoss, publishedLoss } from '../src/index.ts';

const FOUND = fileURLToPath(new URL('../../../docs/examples/found/', import.meta.url));
const found = readdirSync(FOUND);
const jsonOf = (name: string) =>
  JSON.parse(readFileSync(join(FOUND, name), 'utf8')) as Readonly<Record<string, unknown>>;

beforeAll(async () => {
  // As a stranger has it: tfjs's own kernels.
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(`${folder}/`);
  await setBackend('wasm');
});

const [N, H, W, C] = [2, 9, 11, 4] as const;

/** Value and gradient of a drawn batch with ignored pixels, and class 3 in no label. @param divisor of its logits. */
async function onBackend(
  backend: string,
  loss: LossFunction,
  divisor = 1,
): Promise<{ value: number; gradient: Float32Array }> {
  await setBackend(backend);
  expect(getBackend()).toBe(backend);
  const random = Random.fromSeed('batch');
  const logits = tensor4d(
    Float32Array.from({ length: N * H * W * C }, () => (4 * random.uniform() - 2) / divisor),
    [N, H, W, C],
  );
  const drawn = Int32Array.from({ length: N * H * W }, () => random.integer(-1, 2));
  const labels = tensor3d(drawn, [N, H, W], 'int32');
  const gradient = grad((x) => loss(x as Tensor4D, labels))(logits);
  return { value: loss(logits, labels).dataSync()[0] as number, gradient: gradient.dataSync() as Float32Array };
}

/** The overlap of prediction and label over the label. */
const recall: Plugin<'metric', Record<string, never>> = defineMetric({
  name: 'recall',
  summary: 'Recall of pixels',
  options: noOptions,
  measure: ({ and, sum }, { prediction, label }) => ({ hits: sum(and('hits', prediction, label)), all: sum(label) }),
  score: ({ mean, ratio }, { hits, all }) => mean(ratio(hits, all)),
});
const straight: CurvesTerm = {
  weight: 1,
  temperature: 1,
  metric: { use: 'recall' },
  surrogate: { use: 'linear', knots: 1 },
  constraints: [{ use: 'truth-table' }],
  absent: 'skip',
  curves: [
    {
      name: 'hits',
      points: [
        [0, 0],
        [0.4, 0.6],
        [1, 1],
      ],
    },
  ],
};
/** As a person writes it: without a hash. */
const { sha256: _hash, ...written } = JSON.parse(lossFileText({ terms: [straight] })) as Readonly<
  Record<string, unknown>
>;
const handMadeOf = (use: string | undefined, options: object): unknown => ({
  format: 'auto-seg-loss/2',
  terms: [{ weight: 1, loss: { use, ...options } }],
});

describe('a loss as a function of tensors', () => {
  const searched = [...found, ...['miou', 'fwiou', 'biou', 'macc', 'gacc', 'bf1'].map((name) => `published:${name}`)];
  const handMade = 'cross-entropy focal dice jaccard tversky lovasz jdt ssim dpce'.split(' ');
  test.each([...searched, ...handMade, 'focal with sigmoid'])(
    '%s is the same on plain WebAssembly as in plain JavaScript',
    async (name) => {
      const [use, sigmoid] = name.split(' with ');
      const loss = name.startsWith('published:')
        ? publishedLoss(name.slice(10))
        : openLoss(
            found.includes(name) ? jsonOf(name) : handMadeOf(use, sigmoid === undefined ? {} : { activation: sigmoid }),
          );
      const [cpu, wasm] = [await onBackend('cpu', loss), await onBackend('wasm', loss)];
      expect(Math.abs(cpu.value - wasm.value)).toBeLessThan(1e-5);
      const largest = Math.max(...cpu.gradient.map(Math.abs));
      expect(largest).toBeGreaterThan(0);
      const difference = Math.max(...cpu.gradient.map((slope, i) => Math.abs(slope - (wasm.gradient[i] as number))));
      expect(difference / largest).toBeLessThan(1e-3);
    },
  );

  test('an optimizer of the program lowers it', async () => {
    await setBackend('cpu');
    const loss = openLoss(jsonOf('miou.loss.json'));
    const logits = variable(tensor4d(new Float32Array(2 * 4 * 4 * 3), [2, 4, 4, 3]));
    const labels = tensor3d(
      Int32Array.from({ length: 32 }, (_, i) => i % 3),
      [2, 4, 4],
      'int32',
    );
    const before = loss(logits as Tensor4D, labels).dataSync()[0] as number;
    const optimizer = train.sgd(10);
    for (let step = 0; step < 20; step++) optimizer.minimize(() => loss(logits as Tensor4D, labels));
    expect(loss(logits as Tensor4D, labels).dataSync()[0]).toBeLessThan(before / 2);
  });

  test('takes plugins that are handed in, by their name, their package or the path in the file', () => {
    const json = (use: string) => JSON.parse(lossFileText({ terms: [{ ...straight, metric: { use } }] })) as unknown;
    expect(codeOf(() => openLoss(json('recall'), { plugins: [recall] }))).toBeUndefined();
    expect(codeOf(() => openLoss(json('auto-seg-loss-metric-recall'), { plugins: [recall] }))).toBeUndefined();
    expect(codeOf(() => openLoss(json('./recall.ts'), { plugins: { './recall.ts': recall } }))).toBeUndefined();
    expect(codeOf(() => openLoss(json('recall')))).toBe('ASL_PLUGIN_NOT_FOUND');
    expect(codeOf(() => openLoss(json('./recall.ts'), { plugins: [recall] }))).toBe('ASL_PLUGIN_NOT_FOUND');
    const wrong = [{ plugin: recall }] as unknown as readonly Plugin[];
    expect(codeOf(() => openLoss(json('recall'), { plugins: wrong }))).toBe('ASL_PLUGIN_INVALID');
  });

  test('is the sum of the terms of a file, some of which are hand-made, a stranger’s among them', async () => {
    const double: Plugin<'loss', Record<string, never>> = definePlugin({
      kind: 'loss',
      name: 'double',
      summary: 'Twice the Dice loss',
      options: noOptions,
      create: async () => ({ name: 'never', value: () => scalar(0) }),
    });
    const own: Plugin<'loss', Record<string, never>> = {
      ...double,
      create: () => ({ name: 'double', value: (x) => mul(mean(mul(x, x)), 2) as Scalar }),
    };
    const [term] = checkLossFile(jsonOf('miou.loss.json'), 'miou').terms as [CurvesTerm];
    const json = (...terms: readonly LossFileTerm[]): unknown => JSON.parse(lossFileText({ terms }));
    const handMade = (share: number, use: PluginUse): LossFileTerm => ({ weight: share, loss: use });
    const focal = { use: 'focal', gamma: 1.5 };
    const all = json({ ...term, weight: 0.5, temperature: 2 }, handMade(0.25, focal), handMade(3, { use: 'double' }));
    const plugins = [own];
    const whole = await onBackend('cpu', openLoss(all, { plugins }));
    const parts = [
      // The gradient by the logits is half of that by theirs.
      { share: 0.5, slope: 0.5, ...(await onBackend('cpu', openLoss(json(term)), 2)) },
      { share: 0.25, slope: 1, ...(await onBackend('cpu', openLoss(json(handMade(1, focal))))) },
      {
        share: 3,
        slope: 1,
        ...(await onBackend('cpu', openLoss(json(handMade(1, { use: 'double' })), { plugins: { double: own } }))),
      },
    ];
    expect(whole.value).toBeCloseTo(
      parts.reduce((sum, { share, value }) => sum + share * value, 0),
      5,
    );
    whole.gradient.forEach((slope, index) => {
      const expected = parts.reduce(
        (sum, { share, slope: own, gradient }) => sum + share * own * (gradient[index] as number),
        0,
      );
      expect(Math.abs(slope - expected)).toBeLessThan(1e-6);
    });
    expect(codeOf(() => openLoss(all))).toBe('ASL_PLUGIN_NOT_FOUND');
    expect(codeOf(() => openLoss(all, { plugins: [double] }))).toBe('ASL_PLUGIN_INVALID');
    expect(codeOf(() => openLoss(json(handMade(1, { use: 'focal', gama: 2 }))))).toBe('ASL_OPTIONS_INVALID');
  });

  test('takes a metric that is made of others, a stranger’s among them', async () => {
    const metrics = [{ use: 'miou' }, { use: 'recall', weight: 2 }];
    const points = straight.curves[0]?.points ?? [];
    const file = (names: readonly string[]): unknown => ({
      ...written,
      metric: { use: 'weighted', metrics },
      curves: names.map((name) => ({ name, points })),
    });
    let names: readonly string[] = [];
    try {
      openLoss(file(['other']), { plugins: [recall] });
    } catch (error) {
      if (!isAslError(error)) throw error;
      names = error.details.expected?.split(', ') ?? [];
    }
    expect(names).toHaveLength(3);
    const { value } = await onBackend('cpu', openLoss(file(names), { plugins: [recall] }));
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(1);
  });

  test('refuses what is no loss, by code', () => {
    expect(codeOf(() => openLoss({}))).toBe('ASL_LOSS_INVALID');
    expect(codeOf(() => openLoss({ ...jsonOf('miou.loss.json'), absent: 'skip' }))).toBe('ASL_LOSS_INVALID');
    expect(codeOf(() => publishedLoss('toString'))).toBe('ASL_LOSS_INVALID');
    const wrong = { ...written, metric: { use: 'miou', average: 'picture' } };
    expect(codeOf(() => openLoss(wrong))).toBe('ASL_OPTIONS_INVALID');
  });

  test('without a backend it says so', () => {
    const loss = publishedLoss('miou');
    const [logits, labels] = [tensor4d([0, 0], [1, 1, 1, 2]), tensor3d([0], [1, 1, 1], 'int32')];
    removeBackend('cpu');
    removeBackend('wasm');
    expect(codeOf(() => loss(logits, labels))).toBe('ASL_ENGINE_MISSING');
  });
});
