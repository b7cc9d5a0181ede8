import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import { type CurvesTerm, type LossFile, type LossFileTerm, lossFileText } from '@auto-seg-loss/loss-file';
import { fc, test as property } from '@fast-check/vitest';
import { type Tensor4D, tensor3d, tensor4d, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failure, makeProject } from '../../runtime/test/project.ts';
import type { LossRequest } from '../src/loss-request.ts';
import { lossContent, lossTerms } from '../src/loss-terms.ts';
import { openSearchedLoss } from '../src/open-searched-loss.ts';
import { resolveLoss } from '../src/resolve-loss.ts';

let request: LossRequest & { readonly cwd: string };
let miou: CurvesTerm;
let bf1: CurvesTerm;

beforeAll(() => openEngine());

beforeEach(async () => {
  const cwd = await makeProject();
  request = { context: { baseDir: cwd, cacheDir: cwd }, cwd };
  miou = (await openSearchedLoss('published:miou', request)).term;
  bf1 = (await openSearchedLoss('published:bf1', request)).term;
});

/** Writes a loss of these terms. */
async function written(name: string, terms: readonly LossFileTerm[], more: Partial<LossFile> = {}): Promise<string> {
  await writeFile(join(request.cwd, name), lossFileText({ ...more, terms }));
  return name;
}

const SHAPE = [2, 4, 5, 3] as const;
const random = Random.fromSeed('terms of files');
const logits = Float32Array.from({ length: 120 }, () => 2 * random.normal());
const labels = Int32Array.from({ length: 40 }, () => random.integer(-1, 2));

async function evaluated(spec: string, temperature = 1): Promise<readonly number[]> {
  const { loss } = await resolveLoss(spec, request);
  const divisor = Math.fround(temperature);
  return tidy(() => {
    const x = tensor4d(
      logits.map((logit) => logit / divisor),
      [...SHAPE],
    );
    const y = tensor3d(labels, [2, 4, 5], 'int32');
    const { value, grad } = valueAndGrad((z: Tensor4D) => loss.value(z, y))(x);
    return [value.dataSync()[0] as number, ...grad.dataSync()];
  });
}

const weight = fc.double({ min: 0.01, max: 10, noNaN: true });
const parts = fc.array(
  fc.oneof(
    fc.record({
      weight,
      name: fc.constantFrom('published:miou', 'published:bf1'),
      temperature: fc.double({ min: 0.25, max: 4, noNaN: true }),
    }),
    fc.record({ weight, name: fc.constantFrom('dice', 'cross-entropy', 'focal'), temperature: fc.constant(1) }),
  ),
  { minLength: 1, maxLength: 4 },
);

describe('a loss file of terms', () => {
  property.prop([parts], { numRuns: 15 })('is their weighted sum, in value and gradient', async (all) => {
    const terms = all.map(({ weight: share, name, temperature }): LossFileTerm => {
      const curves = name === 'published:miou' ? miou : name === 'published:bf1' ? bf1 : undefined;
      return curves === undefined ? { weight: share, loss: { use: name } } : { ...curves, weight: share, temperature };
    });
    const whole = await evaluated(await written('any.json', terms));
    const expected = new Array<number>(121).fill(0);
    const size = new Array<number>(121).fill(0);
    for (const { weight: share, name, temperature } of all) {
      for (const [index, number] of (await evaluated(name, temperature)).entries()) {
        const own = (share * number) / (index === 0 ? 1 : temperature);
        expected[index] = (expected[index] as number) + own;
        size[index] = (size[index] as number) + Math.abs(own);
      }
    }
    whole.forEach((number, index) => {
      expect(Math.abs(number - (expected[index] as number))).toBeLessThanOrEqual(1e-5 * (size[index] as number) + 1e-7);
    });
  });

  test('multiplies out in a sum, where equal terms become one, wherever they stand', async () => {
    const mix = await written('mix.json', [miou, { weight: 0.3, loss: { use: 'cross-entropy' } }]);
    const terms = await lossTerms(`2*${mix}+0.4*cross-entropy+dice`, request);
    expect(Object.fromEntries(terms.map(({ name, weight: share }) => [name, share]))).toEqual({
      'mix.json': 2,
      'cross-entropy': 1,
      dice: 1,
    });
    expect(await lossContent(`${mix}+${mix}`, request)).toEqual(await lossContent(`2*${mix}`, request));
    const same = await written('same.json', [{ weight: 0.3, loss: { use: 'cross-entropy' } }, miou]);
    expect(await lossContent(same, request)).toEqual(await lossContent(mix, request));
  });

  test('is known by its temperature, and by what it was before where that is 1', async () => {
    const plain = await lossContent(await written('plain.json', [miou]), request);
    const { metric, surrogate, constraints, absent, curves } = miou;
    expect(plain).toEqual({ metric, surrogate, constraints, absent, curves });
    const warm = await lossContent(await written('warm.json', [{ ...miou, temperature: 1.5 }]), request);
    expect(warm).toEqual({ metric, surrogate, constraints, absent, curves, temperature: 1.5 });
    const twice = await lossTerms('plain.json+warm.json+warm.json', request);
    expect(twice.map((term) => term.weight).sort()).toEqual([1, 2]);
  });

  test('options are set of its terms as of those of a sum', async () => {
    const file = await written('options.json', [bf1, { weight: 2, loss: { use: 'focal', gamma: 1.3 } }]);
    const uses = async (set: Partial<LossRequest>) =>
      (await resolveLoss(file, { ...request, ...set })).terms.map(({ use, searched }) => use ?? searched.term.metric);
    expect(await uses({})).toContainEqual(expect.objectContaining({ use: 'focal', gamma: 1.3 }));
    const gamma = await uses({ options: [{ path: ['gamma'], value: 3 }] });
    expect(gamma).toContainEqual(expect.objectContaining({ use: 'focal', gamma: 3 }));
    const tolerance = await uses({ metricOptions: { tolerance: 2 } });
    expect(tolerance).toContainEqual(expect.objectContaining({ use: 'bf1', tolerance: 2 }));
    const option = [{ path: ['bf1', 'background'], value: false }];
    expect(await uses({ options: option })).toContainEqual(expect.objectContaining({ use: 'bf1', background: false }));
  });

  test('gives its curves to what takes those of one loss; a sum, and a file without any, has none', async () => {
    const mix = await written('curves.json', [
      { weight: 0.3, loss: { use: 'dice' } },
      { ...miou, weight: 0.7, temperature: 2 },
    ]);
    const opened = await openSearchedLoss(mix, request);
    expect(opened.curves.map(({ points }) => points)).toEqual(miou.curves.map(({ points }) => points));
    expect(opened.term).toMatchObject({ weight: 0.7, temperature: 2 });
    const received = async (spec: string) => {
      const error = await failure(openSearchedLoss(spec, request));
      expect(error.code).toBe('ASL_LOSS_MISMATCH');
      return error.details.received;
    };
    expect(await received(`0.5*${mix}`)).toBe('a sum of losses');
    expect(await received(`${mix}+dice`)).toBe('a sum of losses');
    expect(await received(await written('two.json', [miou, bf1]))).toBe('a sum of losses');
    expect(await received(await written('none.json', [{ weight: 1, loss: { use: 'dice' } }]))).toBe('a hand-made loss');
  });

  test('what is wrong with a term is said of it', async () => {
    const curves = miou.curves.map((each) => ({ ...each, points: each.points.with(0, [0, 0.5]) }));
    const broken = await written('broken.json', [
      { weight: 1, loss: { use: 'dice' } },
      { ...miou, curves },
    ]);
    const error = await failure(resolveLoss(broken, request));
    expect(error.code).toBe('ASL_LOSS_INVALID');
    expect(error.details.where).toBe('curves[0] ("intersection") in terms[1] of broken.json');
    const unknown = await written('unknown.json', [miou, { weight: 1, loss: { use: 'dise' } }]);
    const other = await failure(resolveLoss(unknown, request));
    expect([other.code, other.details.remedy]).toEqual(['ASL_PLUGIN_NOT_FOUND', 'Did you mean "dice"?']);
    expect(other.format()).toContain('"dise" in "unknown.json"');
    expect(other.format()).not.toContain('published:NAME');
  });
});
