import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '@auto-seg-loss/engine';
import { type Dataset, isAslError, Random } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { customGrad, log, memory, mul, neg, type Scalar, sum, type Tensor, zerosLike } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCheckpoint } from '../src/checkpoint.ts';
import type { ProxyInputs } from '../src/proxy/proxy-inputs.ts';
import type { ProxyOptions } from '../src/proxy/proxy-options.ts';
import { ProxyTask, type TrialOutcome } from '../src/proxy/proxy-task.ts';
import { tinyDataset } from './tiny-dataset.ts';
import { tinyNetwork } from './tiny-network.ts';
import { accuracy, crossEntropy, tinyOptions } from './tiny-task.ts';

let folder: string;
beforeAll(async () => {
  await openEngine({ backend: 'wasm' });
  folder = await mkdtemp(join(tmpdir(), 'asl-proxy-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

// A search must not see these.
const dataset: Dataset = {
  ...tinyDataset,
  get val(): never {
    throw new Error('a proxy task read the val split');
  },
};
const cold: ProxyOptions = {
  ...tinyOptions,
  reward: { fraction: 0.25, folds: null },
  warmStart: null,
  keptFeatures: null,
};
const warm: ProxyOptions = { ...cold, iterations: 3, warmStart: { ...tinyOptions, iterations: 12 } };
const inputsOf = (options: ProxyOptions, more: Partial<ProxyInputs> = {}): ProxyInputs => ({
  dataset,
  architecture: tinyNetwork,
  options,
  metric: accuracy,
  random: Random.fromSeed(4),
  ...more,
});

const withoutTime = ({ ms, ...rest }: TrialOutcome) => {
  expect(ms).toBeGreaterThan(0);
  return rest;
};

/** Cross-entropy that keeps its values: equal values mean equal batches and weights. */
function recording(values: number[]): Loss {
  return {
    name: 'recording',
    value: (logits, labels) => {
      const value = crossEntropy.value(logits, labels);
      values.push(value.dataSync()[0] as number);
      return value;
    },
  };
}

/** Leaves the network as it is. */
const still: Loss = { name: 'still', value: (logits) => sum(zerosLike(logits)) as Scalar };

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => (isAslError(error) ? error.code : error),
  );
}

describe('ProxyTask', () => {
  test('trials of a round see the same batches and weights, other rounds other batches', async () => {
    const task = await ProxyTask.prepare(inputsOf(cold));
    const run = async (round: number, seedLabel?: string) => {
      const values: number[] = [];
      const trial = { loss: recording(values), round, ...(seedLabel === undefined ? {} : { seedLabel }) };
      return { values, outcome: withoutTime(await task.run(trial)) };
    };
    const first = await run(0);
    const other = await run(1);
    expect(await run(0)).toEqual(first);
    expect(other.values).not.toEqual(first.values);
    expect((await run(0, 'again')).values).not.toEqual(first.values);
    expect(first.outcome).toMatchObject({ status: 'complete', iterations: 4 });
    expect(first.outcome.reward).toBeGreaterThan(0);
    expect(first.outcome.reward).toBeLessThanOrEqual(1);
    task.dispose();
  });

  test('is the same again with the same seed, and another with another seed', async () => {
    const runWith = async (seed: number) => {
      const task = await ProxyTask.prepare(inputsOf(cold, { random: Random.fromSeed(seed) }));
      const values: number[] = [];
      const outcome = withoutTime(await task.run({ loss: recording(values), round: 2 }));
      task.dispose();
      return { values, outcome, partition: task.partition };
    };
    const run = await runWith(4);
    expect(await runWith(4)).toEqual(run);
    expect((await runWith(5)).values).not.toEqual(run.values);
  });

  test('images that show the same are on one side of the division, found or given', async () => {
    const { ids, read } = tinyDataset.train;
    const twice: Dataset = {
      ...tinyDataset,
      train: {
        ids: ['a', 'b'].flatMap((copy) => ids.map((id) => `${copy}/${id}`)),
        read: async (index: number) => ({ ...(await read(index % ids.length)), id: `${index}` }),
      },
    };
    const given = ids.map((_, index) => [index, index + ids.length]);
    for (const twins of [{}, { twins: given }]) {
      const task = await ProxyTask.prepare(inputsOf(cold, { dataset: twice, ...twins }));
      const { train, reward } = task.partition;
      expect(reward.map((index) => (index + ids.length) % (2 * ids.length)).sort()).toEqual([...reward].sort());
      expect([train.length, reward.length]).toEqual([18, 6]);
      task.dispose();
    }
  });

  test('after 100 trials, failed and aborted ones among them, there is no tensor more than after 2', async () => {
    const before = memory().numTensors;
    const task = await ProxyTask.prepare(inputsOf({ ...cold, iterations: 1 }));
    const bad: Loss = { name: 'bad', value: (logits, labels) => mul(crossEntropy.value(logits, labels), Number.NaN) };
    const trial = async (index: number) => {
      const losses = [crossEntropy, bad, still];
      const signal = index % 7 === 6 ? AbortSignal.abort() : undefined;
      await task
        .run({ loss: losses[index % 3] as Loss, round: index % 4, ...(signal === undefined ? {} : { signal }) })
        .catch((error: unknown) => expect(error).toBe(signal?.reason));
    };
    for (let index = 0; index < 2; index++) await trial(index);
    const after2 = memory().numTensors;
    for (let index = 2; index < 100; index++) await trial(index);
    expect(memory().numTensors).toBe(after2);
    task.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('a loss that is not finite on the sample is not trained with', async () => {
    const task = await ProxyTask.prepare(inputsOf(cold));
    let calls = 0;
    const value: Loss = {
      name: 'value',
      value: (logits) => {
        calls++;
        return neg(sum(log(mul(logits, 0)))) as Scalar;
      },
    };
    expect(withoutTime(await task.run({ loss: value, round: 0 }))).toEqual({
      status: 'failed',
      reason: 'check-loss-not-finite',
      reward: 0,
      iterations: 0,
      images: 0,
    });
    expect(calls).toBe(1);
    const spoil = customGrad((input, _save) => ({
      value: mul(input as Scalar, 1),
      gradFunc: (dy: Tensor) => mul(dy, Number.POSITIVE_INFINITY),
    }));
    const gradient: Loss = {
      name: 'gradient',
      value: (logits, labels) => spoil(crossEntropy.value(logits, labels)) as Scalar,
    };
    expect(await task.run({ loss: gradient, round: 0 })).toMatchObject({
      reason: 'check-gradient-not-finite',
      reward: 0,
    });
    task.dispose();
  });

  test('a training that diverges ends its trial with the iteration and the reward 0', async () => {
    const task = await ProxyTask.prepare(inputsOf(cold));
    let calls = 0;
    const late: Loss = {
      name: 'late',
      // Three calls are the check of the candidate.
      value: (logits, labels) => mul(crossEntropy.value(logits, labels), calls++ === 5 ? Number.NaN : 1),
    };
    expect(withoutTime(await task.run({ loss: late, round: 0 }))).toEqual({
      status: 'failed',
      reason: 'loss-not-finite',
      reward: 0,
      iterations: 2,
      images: 6,
    });
    task.dispose();
  });

  test('trains the warm start once, starts all trials from it, and reads it again', async () => {
    const path = join(folder, 'shared', 'warm.safetensors');
    const iterations: number[] = [];
    const long: ProxyOptions = { ...warm, warmStart: { ...tinyOptions, iterations: 60 } };
    const inputs = inputsOf(long, {
      warmStart: { loss: crossEntropy, path },
      onIteration: ({ iteration }) => iterations.push(iteration),
    });
    const before = memory().numTensors;
    const task = await ProxyTask.prepare(inputs);
    expect(iterations).toEqual([...Array(60).keys()]);
    const again = await ProxyTask.prepare(inputs);
    expect(iterations.length).toBe(60);
    const trial = { loss: crossEntropy, round: 0 };
    expect(withoutTime(await again.run(trial))).toEqual(withoutTime(await task.run(trial)));

    // Without a step that moves the weights, what is scored is the warm start, whatever the round; only batch norm's
    // averages go on with the batches.
    const unmoved = { ...long, weightDecay: 0, iterations: 1, learningRate: 1e-30 };
    const frozen = await ProxyTask.prepare({ ...inputs, options: unmoved });
    const fresh = await ProxyTask.prepare({ ...inputs, options: { ...unmoved, warmStart: null } });
    const rewardOf = async (one: ProxyTask) => (await one.run({ loss: still, round: 1 })).reward;
    expect(await rewardOf(frozen)).toBeGreaterThan(0.8);
    expect(await rewardOf(fresh)).toBeLessThan(0.7);
    for (const one of [task, again, frozen, fresh]) one.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('the warm start is the same bytes from the same seed', async () => {
    const bytes = [];
    for (const name of ['a', 'b']) {
      const path = join(folder, `${name}.safetensors`);
      (await ProxyTask.prepare(inputsOf(warm, { warmStart: { loss: crossEntropy, path } }))).dispose();
      bytes.push((await readCheckpoint(path))?.metadata.sha256);
    }
    expect(bytes[0]).toBe(bytes[1]);
  });

  test('on crops takes its reward on whole images, from a warm start on other crops', async () => {
    const crops: ProxyOptions = {
      ...warm,
      images: 'crops',
      size: [8, 10],
      augment: { scale: [0.5, 2], flip: true, photometric: 0.2, catMaxRatio: 0.75 },
      warmStart: { ...tinyOptions, images: 'crops', size: [10, 8], iterations: 12 },
    };
    const path = join(folder, 'crops.safetensors');
    const before = memory().numTensors;
    const task = await ProxyTask.prepare(inputsOf(crops, { warmStart: { loss: crossEntropy, path } }));
    const run = async () => withoutTime(await task.run({ loss: crossEntropy, round: 0 }));
    const outcome = await run();
    expect(await run()).toEqual(outcome);
    if (outcome.status !== 'complete') throw new Error(outcome.status);
    const { perClass } = outcome.metrics.accuracy ?? {};
    expect(perClass?.length).toBe(3);
    const straight = await task.run({ loss: still, round: 3 });
    const other = await task.run({ loss: still, round: 4 });
    // Whatever the crops of its round, an unchanged network but for its averages sees the same whole images.
    expect(Math.abs(straight.reward - other.reward)).toBeLessThan(0.5);
    task.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('refuses a warm start of another seed or other options, and a damaged one', async () => {
    const path = join(folder, 'other.safetensors');
    const start = { warmStart: { loss: crossEntropy, path } };
    (await ProxyTask.prepare(inputsOf(warm, start))).dispose();
    expect(await codeOf(ProxyTask.prepare(inputsOf(warm, { ...start, random: Random.fromSeed(5) })))).toBe(
      'ASL_RUN_CHANGED',
    );
    const longer = { ...warm, warmStart: { ...tinyOptions, iterations: 13 } };
    expect(await codeOf(ProxyTask.prepare(inputsOf(longer, start)))).toBe('ASL_RUN_CHANGED');
    await writeFile(path, 'not a checkpoint');
    expect(await codeOf(ProxyTask.prepare(inputsOf(warm, start)))).toBe('ASL_STATE_CORRUPT');
  });

  test('a warm start that diverges says so', async () => {
    const loss: Loss = { name: 'bad', value: (logits, labels) => mul(crossEntropy.value(logits, labels), Number.NaN) };
    const before = memory().numTensors;
    const path = join(folder, 'never.safetensors');
    expect(await codeOf(ProxyTask.prepare(inputsOf(warm, { warmStart: { loss, path } })))).toBe('ASL_SEARCH_FAILED');
    expect(await readCheckpoint(path)).toBeUndefined();
    expect(memory().numTensors).toBe(before);
  });
});
