import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import { resolveLoss } from '@auto-seg-loss/loss-expression';
import {
  type CurvesTerm,
  checkLossFile,
  isCurvesTerm,
  type LossFileTerm,
  lossFileText,
} from '@auto-seg-loss/loss-file';
import type { Loss } from '@auto-seg-loss/ops';
import { relaxedLoss } from '@auto-seg-loss/relaxed';
import { cubePoints } from '@auto-seg-loss/testing';
import {
  type Scalar,
  type Tensor3D,
  type Tensor4D,
  tensor3d,
  tensor4d,
  tidy,
  valueAndGrad,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { classWeights } from '../src/container/class-weights.ts';
import { mixWeights } from '../src/container/mix-weights.ts';
import { parametricLoss } from '../src/jobs/parametric-loss.ts';
import { lossAt } from '../src/jobs/space-loss.ts';
import { makeProject } from './project.ts';
import { context, spaceOf } from './space-of.ts';

const SPACES = {
  'curves alone': {},
  'curves mixed with losses': {
    mix: [
      'cross-entropy',
      { use: 'tversky', alpha: [0.1, 0.9], beta: [0, 0.9] },
      { use: 'focal', gamma: [0, 5], classWeights: { exponent: [0, 1] } },
    ],
    temperature: [0.25, 4],
    absent: 'search',
  },
  'the same loss twice': { mix: ['dice', { use: 'dice', log: true }] },
  'a temperature that is never 1': { temperature: [2, 5], absent: 'skip', mix: ['lovasz'] },
  'a known loss': { searchSpace: { use: 'focal', gamma: [0, 5] } },
  'a known loss, mixed': {
    searchSpace: { use: 'cross-entropy', classWeights: { exponent: [0, 2] }, labelSmoothing: [0, 0.3] },
    mix: [{ use: 'jaccard', classWeights: { exponent: 0.5 } }],
  },
  'weights of classes as they are': { mix: [{ use: 'cross-entropy', classWeights: [1, 2, 3] }] },
};
const names = Object.keys(SPACES) as (keyof typeof SPACES)[];

/** The third class is nowhere in the training images. */
const shares = [0.75, 0.25, 0];

beforeAll(() => openEngine({ backend: 'wasm' }));

const [N, H, W, C] = [2, 4, 5, 3] as const;

/** Logits and labels of a batch, some of whose pixels are ignored. */
function batchOf(seed: number, scale: number): { logits: Tensor4D; labels: Tensor3D } {
  const random = Random.fromSeed(seed);
  const logits = Float32Array.from({ length: N * H * W * C }, () => scale * random.normal());
  const labels = Int32Array.from({ length: N * H * W }, () => Math.floor(random.uniform() * 4)).map((label) =>
    label === 3 ? 255 : label === 2 && seed % 2 === 0 ? 1 : label,
  );
  return { logits: tensor4d(logits, [N, H, W, C]), labels: tensor3d(labels, [N, H, W], 'int32') };
}

function evaluate(loss: Loss, seed: number, scale = 3): { value: number; gradient: Float32Array } {
  return tidy(() => {
    const { logits, labels } = batchOf(seed, scale);
    const { value, grad } = valueAndGrad((at: Tensor4D): Scalar => loss.value(at, labels))(logits);
    return { value: value.dataSync()[0] as number, gradient: grad.dataSync() as Float32Array };
  });
}

const sumOf = (terms: readonly LossFileTerm[]): number => terms.reduce((sum, { weight }) => sum + weight, 0);

describe.each(names)('the space of %s', (name) => {
  test('every point decodes to terms that a loss file may hold, whose weights add up to 1, and that encode to a point of the same', async () => {
    const { space } = await spaceOf(SPACES[name]);
    fc.assert(
      fc.property(cubePoints(space.dimensions), (theta) => {
        const terms = space.decode(theta, shares);
        expect(checkLossFile(JSON.parse(lossFileText({ terms })), 'loss.json').terms).toEqual(terms);
        expect(sumOf(terms)).toBeCloseTo(1, 9);
        const encoded = space.encode(terms, shares);
        expect(encoded).toHaveLength(space.dimensions);
        expect(encoded?.every((value) => value >= 0 && value <= 1)).toBe(true);
        const again = space.decode(encoded ?? [], shares);
        // Control points come back up to rounding; all else to the digit.
        expect(again.map(withoutCurves)).toEqual(terms.map(withoutCurves));
        for (const [index, term] of terms.entries()) {
          const other = again[index];
          if (!isCurvesTerm(term) || other === undefined || !isCurvesTerm(other)) continue;
          expect(pointsOf(other)).toEqual(pointsOf(term).map((value) => expect.closeTo(value, 9) as number));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('value and gradient are finite at every point, also where probabilities are 0 and 1', async () => {
    const { space, formula } = await spaceOf(SPACES[name]);
    await fc.assert(
      fc.asyncProperty(
        cubePoints(space.dimensions),
        fc.nat(100),
        fc.constantFrom(0, 1, 200),
        async (theta, seed, scale) => {
          const loss = await lossAt({ formula, space, context, shares }, theta);
          const { value, gradient } = evaluate(loss, seed, scale);
          expect(value).toSatisfy(Number.isFinite);
          expect(gradient.every(Number.isFinite)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('has a name for each coordinate, and a start and rivals inside of the cube', async () => {
    const { space } = await spaceOf(SPACES[name]);
    expect(new Set(space.coordinates).size).toBe(space.dimensions);
    expect(space.axes).toHaveLength(space.dimensions);
    for (const theta of [space.start, ...space.rivals.map((rival) => rival.theta)]) {
      expect(theta).toHaveLength(space.dimensions);
      expect(theta.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });

  test('at the point of a rival the loss is the hand-made one, in value and gradient', async () => {
    const { space, formula, config } = await spaceOf(SPACES[name]);
    const uses = [...(config.searchSpace === null ? [] : [config.searchSpace]), ...config.mix];
    expect(space.rivals).toHaveLength(uses.length);
    for (const [index, { theta }] of space.rivals.entries()) {
      // What is searched is what the plugin itself takes, but for a fixed power of the classes' shares.
      const { use, ...options } = uses[index] as (typeof uses)[number];
      const fixed = Object.entries(options).filter(([, value]) => !isSearched(value));
      const weights = options.classWeights as { exponent?: number } | undefined;
      const given =
        typeof weights?.exponent === 'number' ? { classWeights: classWeights(shares, weights.exponent) } : {};
      const spec = 'rival';
      const named = { [spec]: [{ loss: { use, ...Object.fromEntries(fixed), ...given }, weight: 1 }] };
      const { loss } = await resolveLoss(spec, { context, named: named as never });
      const mine = await lossAt({ formula, space, context, shares }, theta);
      for (const seed of [1, 2]) expect(evaluate(mine, seed)).toEqual(evaluate(loss, seed));
    }
  });

  test('what a descent takes for slopes are the differences of the loss', async () => {
    const { space, formula } = await spaceOf(SPACES[name]);
    const losses = { formula, space, context, shares };
    const random = Random.fromSeed(3);
    // Off the kinks: the cut of the rule, and where a share begins and ends.
    const theta = space.axes.map(() => 0.2 + 0.25 * random.uniform());
    const { logits, labels } = batchOf(1, 1);
    const slopes = (await parametricLoss(losses).at(theta)).gradient(logits, labels);
    expect(slopes).toHaveLength(space.dimensions);
    const valueAt = async (axis: number, step: number): Promise<number> => {
      const loss = await lossAt(losses, theta.with(axis, (theta[axis] as number) + step));
      return tidy(() => loss.value(logits, labels).dataSync()[0] as number);
    };
    for (const [axis, slope] of slopes.entries()) {
      const step = 0.01;
      const measured = ((await valueAt(axis, step)) - (await valueAt(axis, -step))) / (2 * step);
      expect(slope, space.coordinates[axis]).toSatisfy(
        (value: number) => Math.abs(value - measured) < 2e-3 + 0.02 * Math.abs(measured),
      );
    }
  });
});

function withoutCurves(term: LossFileTerm): object {
  return isCurvesTerm(term) ? { ...term, curves: [] } : term;
}

function pointsOf(term: LossFileTerm): readonly number[] {
  return isCurvesTerm(term) ? term.curves.flatMap(({ points }) => points.flat()) : [];
}

function isSearched(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 2 : typeof value === 'object' && value !== null;
}

describe('a space', () => {
  test('with weights of 0 and the temperature 1 has the plain loss, to the bit', async () => {
    const { space, formula } = await spaceOf(SPACES['curves mixed with losses']);
    const plain = await spaceOf({});
    await fc.assert(
      fc.asyncProperty(cubePoints(plain.space.dimensions), fc.nat(100), async (own, seed) => {
        const [mine] = plain.space.decode(own);
        const theta = space.encode([mine as LossFileTerm], shares) ?? [];
        // Curves as they are: encoding them may round.
        const loss = await lossAt({ formula, space, context, shares }, [...own, ...theta.slice(own.length)]);
        const alone = relaxedLoss(plain.formula, plain.space.curves(own), { absent: 'zero' });
        expect(evaluate(loss, seed)).toEqual(evaluate(alone, seed));
      }),
      { numRuns: 20 },
    );
  });

  test('has the loss that a file of its terms is read as', async () => {
    const { space, formula } = await spaceOf(SPACES['curves mixed with losses']);
    const folder = await makeProject();
    const theta = space.coordinates.map((_, axis) => 0.3 + 0.02 * axis);
    const terms = space.decode(theta, shares);
    expect(terms.length).toBeGreaterThan(2);
    const path = join(folder, 'loss.json');
    await writeFile(path, lossFileText({ terms }));
    const read = evaluate((await resolveLoss(path, { context: { ...context, allowCode: true } })).loss, 1);
    const searched = evaluate(await lossAt({ formula, space, context, shares }, theta), 1);
    expect(read.value).toBeCloseTo(searched.value, 6);
    expect([...read.gradient]).toEqual([...searched.gradient].map((value) => expect.closeTo(value, 6) as number));
  });

  test('begins where it would without what is mixed in', async () => {
    const { space } = await spaceOf({ mix: ['cross-entropy', 'dice'], temperature: [0.5, 2], absent: 'search' });
    const plain = await spaceOf({});
    expect(space.decode(space.start)).toEqual(plain.space.decode(plain.space.start));
    const known = await spaceOf({ searchSpace: { use: 'focal', gamma: [0, 5] }, mix: ['dice'] });
    expect(known.space.decode(known.space.start)).toMatchObject([{ weight: 1, loss: { use: 'focal', gamma: 2 } }]);
  });

  test('names its coordinates for what they are', async () => {
    const { space } = await spaceOf(SPACES['curves mixed with losses']);
    expect(space.coordinates.slice(0, 2)).toEqual(['intersection 1', 'intersection 2']);
    expect(space.coordinates.slice(12)).toEqual([
      'temperature',
      'absent',
      'tversky alpha',
      'tversky beta',
      'focal gamma',
      'focal classWeights exponent',
      'weight cross-entropy',
      'weight tversky',
      'weight focal',
    ]);
    expect(space.rivals.map(({ name }) => name)).toEqual(['cross-entropy', 'tversky', 'focal']);
    const twice = (await spaceOf(SPACES['the same loss twice'])).space;
    expect(twice.coordinates.slice(-2)).toEqual(['weight dice', 'weight dice 2']);
  });

  test('gives numbers back as they were written down', async () => {
    const { space } = await spaceOf(SPACES['curves mixed with losses']);
    const usual = space.decode(space.rivals[1]?.theta ?? [], shares)[0] as { loss: Readonly<Record<string, number>> };
    const [plain] = (await spaceOf({})).space.decode((await spaceOf({})).space.start);
    const digits = fc.integer({ min: 100, max: 900 }).map((thousandths) => thousandths / 1000);
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: 1, max: 99 }), (alpha, warmth, percent) => {
        const temperature = Number((1 + warmth).toFixed(3));
        const weight = percent / 100;
        const terms = [
          { ...(plain as CurvesTerm), weight: 1 - weight, temperature },
          { weight, loss: { ...usual.loss, alpha } },
        ] as readonly LossFileTerm[];
        const [curves, tversky] = space.decode(space.encode(terms, shares) ?? [], shares);
        expect(curves).toMatchObject({ temperature, weight: expect.closeTo(1 - weight, 9) as number });
        expect(tversky).toMatchObject({ weight, loss: { alpha } });
      }),
    );
  });

  test('does not hold weights that do not add up to 1, options outside of their ranges, and other losses', async () => {
    const { space } = await spaceOf(SPACES['curves mixed with losses']);
    const entropy = { use: 'cross-entropy', labelSmoothing: 0 };
    expect(space.encode([{ weight: 1, loss: entropy }])).toBeDefined();
    expect(space.encode([{ weight: 0.5, loss: entropy }])).toBeUndefined();
    expect(space.encode([{ weight: 1, loss: { ...entropy, labelSmoothing: 0.1 } }])).toBeUndefined();
    const { loss } = space.decode(space.rivals[1]?.theta ?? [], shares)[0] as unknown as { loss: typeof entropy };
    expect(space.encode([{ weight: 1, loss }])).toBeDefined();
    expect(space.encode([{ weight: 1, loss: { ...loss, alpha: 0.95 } as typeof loss }])).toBeUndefined();
    expect(space.encode([{ weight: 1, loss: { use: 'lovasz' } }])).toBeUndefined();
  });
});

describe('weights', () => {
  test('of 0 and of 1 have a tenth of a coordinate each', () => {
    expect(mixWeights([0.1, 0.02])).toEqual([1, 0, 0]);
    expect(mixWeights([0.9, 0.5])).toEqual([0, 1, 0]);
    expect(mixWeights([0.5, 0.5])).toEqual([0.25, 0.5, 0.25]);
  });

  test('of classes are a power of how often they are, 1 on average', () => {
    expect(classWeights([0.8, 0.2, 0], 1)).toEqual([0.4, 1.6, 1]);
    expect(classWeights([0.8, 0.2], 0)).toBeUndefined();
  });
});
