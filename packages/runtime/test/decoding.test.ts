import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configSchema } from '@auto-seg-loss/config';
import {
  assembleRun,
  type CompareResult,
  compare,
  evaluate,
  pluginContext,
  predict,
  type TrainingEvent,
  train,
} from '@auto-seg-loss/runtime';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { trainedOnce } from '../src/decoding/decoded-name.ts';
import { comparedNetwork } from '../src/prediction/compared-network.ts';
import { lookAtComparison } from '../src/view/look-at-comparison.ts';
import { runStatus } from '../src/view/run-status.ts';
import { loaded, makeExecutor } from './in-process.ts';
import { failure } from './project.ts';

/** Networks of three iterations are sure of nothing. */
const RANK = { use: 'rank', pruning: 0 };
const NAME = 'rank (pruning 0)';
const BOTH = { decode: ['argmax', RANK] };

type Loaded = Awaited<ReturnType<typeof loaded>>;

const decodedBy = (config: Loaded, decode: readonly object[]): Loaded => {
  return { ...config, config: configSchema.parse({ ...config.config, decode }) };
};

/** Compares, and tells what was done. */
async function compared(config: Loaded, options: Partial<Parameters<typeof compare>[1]> = {}) {
  const events: TrainingEvent[] = [];
  const out = join(config.baseDir, 'compared');
  const result = await compare(config, {
    losses: ['cross-entropy'],
    seeds: 2,
    out,
    makeExecutor,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const started = events.find((event) => event.type === 'trainings-started');
  const { found, kept, again } = started?.type === 'trainings-started' ? started : { found: -1, kept: -1, again: -1 };
  const trained = events.some((event) => event.type === 'training-progress' && (event.losses?.values.length ?? 0) > 0);
  return { result, out, events, done: { found, kept, again, trained } };
}

const rowsOf = ({ losses }: CompareResult) => losses.map(({ loss, networks }) => [loss, networks.length]);
const scoresOf = ({ losses }: CompareResult) => Object.fromEntries(losses.map(({ loss, metrics }) => [loss, metrics]));
const names = (folder: string) =>
  readdir(folder).then((all) => all.filter((name) => /^[0-9a-f]{64}\.json$/.test(name)));

describe('decoders', () => {
  test('each network is trained once, and scored with each: a row each, with values by seed', async () => {
    const plain = await compared(await loaded());
    const { result, events, out } = await compared(await loaded(BOTH));
    expect(rowsOf(result)).toEqual([
      ['cross-entropy', 2],
      [`cross-entropy + ${NAME}`, 2],
    ]);
    const [most, rank] = result.losses;
    expect(most?.metrics).toEqual(plain.result.losses[0]?.metrics);
    expect(rank?.metrics.miou?.values.every((value, seed) => value !== most?.metrics.miou?.values[seed])).toBe(true);
    expect(rank?.networks).toMatchObject([{ decoder: NAME, loss: 'cross-entropy' }, { decoder: NAME }]);
    const finished = events.filter((event) => event.type === 'training-finished');
    expect(finished.map((event) => event.type === 'training-finished' && event.others?.length)).toEqual([1, 1]);
    // What is known by before is known so: the most probable class adds nothing to a key.
    const before = await names(join(plain.out, 'trainings'));
    const now = await names(join(out, 'trainings'));
    expect([now.length, before.every((name) => now.includes(name))]).toEqual([4, true]);
    // Pages and status know them apart, and count each network once.
    const view = await lookAtComparison(out);
    expect(view.losses.map(({ loss }) => loss)).toEqual(['cross-entropy', `cross-entropy + ${NAME}`]);
    expect(view.examples.map(({ loss }) => loss)).toEqual(['cross-entropy', `cross-entropy + ${NAME}`]);
    expect(view.examples[0]?.pictures[0]?.png).not.toBe(view.examples[1]?.pictures[0]?.png);
    expect(trainedOnce(view.losses.flatMap(({ networks }) => networks))).toHaveLength(2);
    expect(await runStatus(out)).toMatchObject({ progress: { networks: { planned: 2, done: 2 } } });
    await rm(join(out, 'compare.json'));
    expect((await lookAtComparison(out)).losses).toHaveLength(2);
  });

  test('a decoder that comes later: of kept networks without training; else they are trained again; to the same digit', async () => {
    const config = await loaded();
    const together = scoresOf((await compared(await loaded(BOTH))).result);
    const kept = await compared(config, { keepNetworks: true });
    const later = decodedBy(config, [RANK]);
    const scored = await compared(later);
    expect(scored.done).toEqual({ found: 0, kept: 2, again: 0, trained: false });
    expect(scoresOf(scored.result)).toEqual(together);
    expect(rowsOf(scored.result)).toEqual([
      [`cross-entropy + ${NAME}`, 2],
      ['cross-entropy', 2],
    ]);
    expect((await compared(later)).done).toEqual({ found: 2, kept: 0, again: 0, trained: false });
    // Another one of one of the two networks, whose weights are lost.
    const { path } = await comparedNetwork(kept.out, { loss: undefined, seed: 1 });
    await rm(path);
    const dice = await compared(decodedBy(config, [{ use: 'argmax' }, { ...RANK, for: 'dice' }]));
    expect(dice.done).toEqual({ found: 0, kept: 1, again: 1, trained: true });
    expect(dice.result.losses.map(({ loss, earlier }) => [loss, earlier])).toEqual([
      ['cross-entropy', false],
      ['cross-entropy + rank (for dice, pruning 0)', false],
      [`cross-entropy + ${NAME}`, true],
    ]);
    expect(scoresOf(dice.result)).toMatchObject(together);
    // A network is one, whatever it was scored with; a row with a decoder is not its name.
    expect(await comparedNetwork(kept.out, { loss: 'cross-entropy', seed: 2 })).toMatchObject({
      path: expect.stringMatching(/\.safetensors$/),
    });
    const error = await failure(comparedNetwork(kept.out, { loss: `cross-entropy + ${NAME}`, seed: 2 }));
    expect([error.code, error.details.remedy]).toEqual([
      'ASL_ARGUMENT_INVALID',
      'name the loss alone, and the decoder with --decode',
    ]);
  });

  test('learning rates are chosen by the most probable class', async () => {
    const options = { learningRates: [0.05, 0.2], seeds: 1 };
    const plain = await compared(await loaded(), options);
    const { result } = await compared(await loaded({ decode: RANK }), options);
    expect(rowsOf(result)).toEqual([[`cross-entropy + ${NAME}`, 1]]);
    const ratesOf = ({ losses: [row] }: CompareResult) => [row?.learningRate, row?.tried];
    expect(ratesOf(result)).toEqual(ratesOf(plain.result));
  });

  test('asl train scores its network with one that comes later, and asl predict decodes alike', async () => {
    const config = await loaded();
    const out = join(config.baseDir, 'net');
    const trained = async (from: Loaded) => {
      const events: TrainingEvent[] = [];
      const onEvent = (event: TrainingEvent): void => void events.push(event);
      const result = await train(from, { loss: 'cross-entropy', out, makeExecutor, onEvent });
      const started = events.find((event) => event.type === 'trainings-started');
      return { result, kept: started?.type === 'trainings-started' ? started.kept : -1 };
    };
    const first = await trained(config);
    const weights = await readFile(join(out, 'weights.safetensors'));
    const both = decodedBy(config, [{ use: 'argmax' }, RANK]);
    const { result, kept } = await trained(both);
    expect([kept, result.found, result.network]).toEqual([1, false, first.result.network]);
    expect((await readFile(join(out, 'weights.safetensors'))).equals(weights)).toBe(true);
    expect((await trained(both)).result).toEqual({ ...result, found: true });
    expect((await trained(config)).result).toEqual({ ...first.result, found: true });
    const [rank] = result.others;
    if (rank?.status !== 'complete') throw new Error('it is not scored');
    expect(rank.decoder).toBe(NAME);

    // The images that it was scored on, as files.
    const { val } = await (await assembleRun(config.config, pluginContext(config.baseDir))).dataset;
    const [images, labels] = [join(config.baseDir, 'images'), join(config.baseDir, 'labels')];
    await Promise.all([images, labels].map((folder) => mkdir(folder)));
    for (const [index, id] of val.ids.entries()) {
      const { image, label, height, width } = await val.read(index);
      const name = `${id.replaceAll(/\W/g, '-')}.png`;
      await writeFile(join(images, name), encode({ data: image, height, width, channels: 3 }));
      await writeFile(join(labels, name), encode({ data: label, height, width, channels: 1 }));
    }
    const predicted = join(config.baseDir, 'predicted');
    const shared = { network: out, images: [images], out: predicted };
    expect(await predict({ ...shared, decode: RANK })).toMatchObject({ images: 2, found: 0, decode: { for: 'iou' } });
    const evaluated = await evaluate({
      metrics: ['miou'],
      predictions: predicted,
      labels,
      classes: result.classes.length,
      ignore: [255],
      context: pluginContext(config.baseDir),
    });
    expect(evaluated.metrics.miou?.value).toBe(rank.metrics.miou?.value);
    // The folder knows its decoder; one of the most probable class says nothing of it, as before there were others.
    const error = await failure(predict(shared));
    expect([error.code, error.details.problems?.[0]?.where]).toEqual(['ASL_RUN_CHANGED', 'decoder']);
    const plain = join(config.baseDir, 'plain');
    await predict({ ...shared, out: plain });
    expect(JSON.parse(await readFile(join(plain, 'prediction.json'), 'utf8'))).not.toHaveProperty('decoder');
  });
});
