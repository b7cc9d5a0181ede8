import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AslError, contentKey, Random } from '@auto-seg-loss/kernel';
import { type PredictOptions, predict } from '@auto-seg-loss/runtime';
import { contentHash, decodeSafetensors, encodeSafetensors, refusalOf } from '@auto-seg-loss/weights';
import { decode, encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ran, runAsl } from './run-asl.ts';

/** Label values of the classes: the last class has two. */
const VALUES = [10, 20, 300];
const SECOND = 301;
const IGNORED = 7;
/** Of the images, by name. */
const SIZES: Readonly<Record<string, readonly [height: number, width: number]>> = {
  'val/a/1': [32, 48],
  'val/a/2': [20, 61],
  'val/b/1': [70, 33],
  'val/b/3': [9, 8],
};

let folder: string;
const at = (...names: readonly string[]) => join(folder, ...names);

/** Stripes of three colours on noise, and what they are. */
function striped(seed: string, [height, width]: readonly [number, number]) {
  const random = Random.fromSeed(seed);
  const label = new Uint16Array(height * width);
  const image = new Uint8Array(3 * height * width);
  for (let pixel = 0; pixel < label.length; pixel++) {
    const kind = Math.floor(((pixel % width) + pixel / width / 2) / 9) % 3;
    label[pixel] =
      random.uniform() < 0.05 ? IGNORED : kind === 2 && pixel % 2 === 0 ? SECOND : (VALUES[kind] as number);
    for (let channel = 0; channel < 3; channel++)
      image[3 * pixel + channel] = (channel === kind ? 150 : 60) + random.integer(0, 90);
  }
  return { image, label, height, width };
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

const gray16 = (height: number, width: number, data: Uint16Array) =>
  encode({ height, width, data, depth: 16, channels: 1 });

async function writeSample(name: string, size: readonly [number, number]): Promise<void> {
  const { image, label, height, width } = striped(name, size);
  await write(at('images', `${name}.png`), encode({ height, width, data: image, depth: 8, channels: 3 }));
  await write(at('labels', `${name}.png`), gray16(height, width, label));
}

const short = { size: [32, 32], batchSize: 4, iterations: 40, learningRate: 0.1 };
const config = {
  metric: 'miou',
  workers: 1,
  dataset: {
    use: 'folder',
    root: '.',
    cache: false,
    classes: ['red', 'green', 'blue'],
    colors: [
      [200, 0, 0],
      [0, 200, 0],
      [0, 0, 200],
    ],
    labels: { map: { 10: 'red', 20: 'green', 300: 'blue', 301: 'blue' }, ignore: IGNORED },
    train: { images: 'images/train', labels: 'labels/train' },
    val: { images: 'images/val', labels: 'labels/val' },
  },
  network: { use: 'deeplab-lite', width: 4 },
  training: short,
  report: { metrics: ['macc', 'biou', 'bf1'] },
};
const windows = { mode: 'windows', overlap: 0.4, flip: true, scales: [1, 1.5] };

const asl = (...args: readonly string[]) => runAsl(args, { cwd: folder });
const ok = async (...args: readonly string[]): Promise<Ran> => {
  const ran = await asl(...args);
  if (ran.code !== 0) throw new Error(ran.stderr);
  return ran;
};
/** The same in this process, which is faster; with paths in the folder. */
const predicted = ({ network = 'whole', images = ['images/val'], out, ...more }: Partial<PredictOptions>) =>
  predict({ ...more, network: at(network), images: images.map((path) => at(path)), out: at(out ?? '') });
const valuesOf = async (...path: readonly string[]) => {
  const { data, width, height, depth, palette } = decode(await readFile(at(...path)));
  return { data: Array.from(data), width, height, depth, palette };
};

/** That predictions on val have the score of the network's report, to the digit. @returns what the score rests on. */
async function expectOwnScore(name: string) {
  await ok('predict', 'images/val', '--network', name, '--out', `same-${name}`);
  const args = ['--predictions', `same-${name}`, '--labels', 'labels/val', '--classes', '3', '--ignore', `${IGNORED}`];
  const map = ['--map', '{"10":0,"20":1,"300":2,"301":2}', '--bootstrap', '0'];
  const { stdout } = await ok('evaluate', '--metrics', 'miou,macc,biou,bf1', ...args, ...map, '--json');
  const report = JSON.parse(await readFile(at(name, 'report.json'), 'utf8')) as {
    readonly metrics: object;
    readonly coverage: { readonly pixels: number; readonly classes: readonly { readonly predicted: number }[] };
  };
  expect(JSON.parse(stdout)).toMatchObject({ metrics: report.metrics, coverage: { pixels: report.coverage.pixels } });
  return report.coverage;
}

async function failure(promise: Promise<unknown>): Promise<AslError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AslError) return error;
  throw new Error(`expected an AslError, got ${String(error)}`);
}

/** The weights of a network with another description, sealed as `asl train` seals. @param name in the folder. */
async function describedAs(
  name: string,
  change: (metadata: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): Promise<void> {
  const { tensors, metadata } = decodeSafetensors(await readFile(at('whole/weights.safetensors')), refusalOf(''));
  const { sha256: _, ...changed } = change(metadata);
  const sha256 = contentHash({ tensors, metadata: changed });
  await writeFile(at(name), encodeSafetensors({ tensors, metadata: { ...changed, sha256 } }));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-predict-'));
  for (let i = 0; i < 8; i++) await writeSample(`train/${i}`, [32 + i, 40]);
  for (const [name, size] of Object.entries(SIZES)) await writeSample(name, size);
  await writeFile(at('whole.json'), JSON.stringify(config));
  await writeFile(at('windows.json'), JSON.stringify({ ...config, training: { ...short, scoring: windows } }));
  const cropped = { ...short, images: 'crops', size: [24, 24] };
  await writeFile(at('crops.json'), JSON.stringify({ ...config, training: cropped }));
  for (const name of ['whole', 'windows', 'crops'])
    await ok('train', `${name}.json`, '--loss', 'cross-entropy', '--out', name);
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('asl predict', () => {
  test.each(['whole', 'windows', 'crops'])(
    'what it writes has the training’s own score, to the digit: %s',
    async (name) => {
      const coverage = await expectOwnScore(name);
      // A prediction of one class everywhere would be no test.
      expect(coverage.classes.filter(({ predicted }) => predicted > 0).length).toBeGreaterThan(1);
    },
  );

  test('the weights that an encoder began with are needed no more; its images are normalised as in training', async () => {
    const encoder = { use: 'deeplabv3plus', backbone: 'efficientnet-lite0', rates: [1] };
    const training = { ...short, iterations: 2 };
    await writeFile(at('fresh.json'), JSON.stringify({ ...config, training, network: encoder }));
    await ok('train', 'fresh.json', '--loss', 'cross-entropy', '--out', 'fresh');
    const begun = { ...encoder, weights: './fresh/weights.safetensors' };
    await writeFile(at('begun.json'), JSON.stringify({ ...config, training, network: begun }));
    await ok('train', 'begun.json', '--loss', 'cross-entropy', '--out', 'begun');
    await rm(at('fresh'), { recursive: true });
    await expectOwnScore('begun');
  });

  test.each(['windows', 'crops'])('the file of weights is all that it takes: %s', async (name) => {
    await cp(at(name, 'weights.safetensors'), at('alone', `${name}-elsewhere.safetensors`));
    await predicted({ network: name, out: `beside-${name}`, palette: true, values: 'labels' });
    const network = `alone/${name}-elsewhere.safetensors`;
    // Of the same network: what is there is kept.
    const { found, scoring } = await predicted({ network, out: `beside-${name}`, palette: true, values: 'labels' });
    expect(found).toBe(4);
    expect(scoring).toMatchObject(name === 'windows' ? windows : { mode: 'whole' });
    await predicted({ network, out: `alone-${name}`, palette: true, values: 'labels' });
    for (const image of Object.keys(SIZES)) {
      const file = `${image.slice('val/'.length)}.png`;
      expect(await valuesOf(`alone-${name}`, file)).toEqual(await valuesOf(`beside-${name}`, file));
    }
  });

  describe('of a comparison', () => {
    const NETWORKS = ['cross-entropy', 'dice'].flatMap((loss) => [1, 2].map((seed) => ({ loss, seed })));
    const compare = (...more: readonly string[]) =>
      ok('compare', 'brief.json', '--losses', 'cross-entropy,dice', '--seeds', '2', '--out', 'compared', ...more);
    beforeAll(async () => {
      const brief = { ...config, training: { ...short, iterations: 3 } };
      await writeFile(at('brief.json'), JSON.stringify(brief));
      await compare();
    });

    test('without networks, it is said how they are kept', async () => {
      const { code, stderr } = await asl('predict', 'images/val', '--network', 'compared', '--out', 'nothing');
      expect(stderr).toMatch(/^ASL_ARGUMENT_INVALID: the comparison kept no networks[\s\S]*--keep-networks/);
      expect(code).toBe(2);
      const { stderr: nowhere } = await asl('compare', 'brief.json', '--losses', 'dice', '--keep-networks');
      expect(nowhere).toMatch(/^ASL_ARGUMENT_INVALID: networks are kept in a folder[\s\S]*--out FOLDER/);
    });

    test('loss and seed choose the network, whose predictions have the score of the table', async () => {
      const { stdout: table } = await compare('--keep-networks');
      expect(table).toMatch(/^4 networks kept in \S+networks: 0\.\d MB$/m);
      const { losses } = JSON.parse(await readFile(at('compared/compare.json'), 'utf8'));
      for (const { loss, seed } of NETWORKS) {
        const out = `${loss}-${seed}`;
        await predicted({ network: 'compared', loss, seed, out });
        const row = losses.find((one: { loss: string }) => one.loss === loss);
        const { metrics } = row.networks.find((one: { seed: number }) => one.seed === seed);
        const args = ['--predictions', out, '--labels', 'labels/val', '--classes', '3', '--ignore', `${IGNORED}`];
        const map = ['--map', '{"10":0,"20":1,"300":2,"301":2}', '--bootstrap', '0'];
        const { stdout } = await ok('evaluate', '--metrics', 'miou', ...args, ...map, '--json');
        expect(JSON.parse(stdout).metrics.miou).toEqual(metrics.miou);
      }
      // The lowest seed is the default.
      await predicted({ network: 'compared', loss: 'dice', out: 'dice-1' });
      const of = async (choice: Partial<PredictOptions>) =>
        (await failure(predicted({ network: 'compared', out: 'nothing', ...choice }))).format();
      expect(await of({})).toMatch(/--loss\n.*cross-entropy \(seeds 1, 2\), dice \(seeds 1, 2\)\n.*none/);
      expect(await of({ loss: 'lovasz' })).toMatch(
        /no network of this loss\n.*--loss\n.*dice \(seeds 1, 2\)\n.*lovasz/,
      );
      expect(await of({ loss: 'dice', seed: 3 })).toMatch(/--seed\n.*dice \(seeds 1, 2\)\n.*seed 3 of dice/);
      expect(await of({ network: 'whole', seed: 1 })).toMatch(/choose among the networks of a comparison/);
    });
  });

  test('weights that do not describe their network are known by the report beside them', async () => {
    await cp(at('windows'), at('reported'), { recursive: true });
    const path = 'reported/weights.safetensors';
    const { tensors, metadata } = decodeSafetensors(await readFile(at(path)), refusalOf(''));
    const { sha256: _, training: __, data: ___, ...before } = metadata;
    const bytes = encodeSafetensors({
      tensors,
      metadata: { ...before, sha256: contentHash({ tensors, metadata: before }) },
    });
    await writeFile(at(path), bytes);
    const { sha256: ____, ...report } = JSON.parse(await readFile(at('reported/report.json'), 'utf8'));
    const content = { ...report, weightsSha256: createHash('sha256').update(bytes).digest('hex') };
    await writeFile(at('reported/report.json'), JSON.stringify({ ...content, sha256: contentKey(content) }));
    expect((await predicted({ network: 'reported', out: 'by-report' })).scoring).toEqual(windows);
    await predicted({ network: 'windows', out: 'by-weights' });
    expect(await valuesOf('by-report/b/1.png')).toEqual(await valuesOf('by-weights/b/1.png'));
  });

  test('flags go before the network’s own scoring', async () => {
    const flags = ['--windows', '--overlap', '0.4', '--flip', '--scales', '1,1.5'];
    const { stderr } = await ok('predict', 'images/val', '--network', 'whole', '--out', 'by-flags', ...flags);
    expect(stderr).toMatch(/trained on whole images fitted to 32 × 32 \(height × width\); through windows/);
    await predicted({ network: 'windows', out: 'by-config' });
    const back = ['--no-windows', '--no-flip', '--scales', '1'];
    await ok('predict', 'images/val', '--network', 'windows', '--out', 'back', ...back);
    await predicted({ out: 'plain' });
    for (const name of Object.keys(SIZES)) {
      const file = `${name.slice('val/'.length)}.png`;
      // Both networks are the same: scoring has no part in training.
      expect(await valuesOf('by-flags', file)).toEqual(await valuesOf('by-config', file));
      expect(await valuesOf('back', file)).toEqual(await valuesOf('plain', file));
    }
    expect(await valuesOf('by-flags/b/1.png')).not.toEqual(await valuesOf('plain/b/1.png'));
  });

  test('images keep their sizes, names and subfolders; overlays and probabilities are beside', async () => {
    const folders = ['--overlays', 'sized-over', '--probabilities', 'sized-prob'];
    const { stdout } = await ok('predict', 'images/val', '--network', 'whole', '--out', 'sized', ...folders, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ images: 4, found: 0, failed: [], classes: ['red', 'green', 'blue'] });
    for (const [name, [height, width]] of Object.entries(SIZES)) {
      const own = name.slice('val/'.length);
      const { data, ...size } = await valuesOf('sized', `${own}.png`);
      expect(size).toEqual({ height, width, depth: 8, palette: undefined });
      expect(decode(await readFile(at('sized-over', `${own}.png`)))).toMatchObject({ height, width, channels: 3 });
      const npy = await readFile(at('sized-prob', `${own}.npy`));
      expect(npy.toString('latin1')).toContain(`(3, ${height}, ${width})`);
      const pixels = height * width;
      const start = npy.byteOffset + npy.length - 12 * pixels;
      const values = new Float32Array(npy.buffer.slice(start, start + 12 * pixels));
      data.forEach((best, pixel) => {
        const each = [0, 1, 2].map((c) => values[c * pixels + pixel] as number);
        expect(each.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
        expect(each[best]).toBe(Math.max(...each));
      });
    }
  });

  test('what is there is kept; what is damaged, changed or lost is made again', async () => {
    await cp(at('images/val'), at('own'), { recursive: true });
    const again = async (more: Partial<PredictOptions> = {}) => {
      const { found, failed } = await predicted({ images: ['own'], out: 'kept', ...more });
      return { found, failed };
    };
    expect(await again()).toEqual({ found: 0, failed: [] });
    const first = await readFile(at('kept/b/1.png'));
    expect(await again()).toEqual({ found: 4, failed: [] });
    await truncate(at('kept/b/1.png'), first.length - 20);
    await rm(at('kept/a/1.png'));
    await cp(at('own/a/1.png'), at('own/a/2.png'));
    expect(await again()).toEqual({ found: 1, failed: [] });
    expect((await readFile(at('kept/b/1.png'))).equals(first)).toBe(true);
    expect((await valuesOf('kept/a/2.png')).data).toEqual((await valuesOf('kept/a/1.png')).data);
    expect(await again({ overlays: at('kept-over') })).toEqual({ found: 0, failed: [] });
    expect(await again({ overlays: at('kept-over') })).toEqual({ found: 4, failed: [] });
  });

  test.each<[string, Partial<PredictOptions>, RegExp]>([
    ['another network', { network: 'windows' }, /scoring\.mode/],
    ['another scoring', { scoring: { flip: true } }, /scoring\.flip: expected false, received true/],
    ['other values', { values: 'labels' }, /values: expected null, received \[10,20,300\]/],
  ])('a folder with the predictions of %s is refused', async (_, more, shown) => {
    await predicted({ images: ['images/val/b'], out: 'claimed' });
    const error = await failure(predicted({ images: ['images/val/b'], out: 'claimed', ...more }));
    expect(error.format()).toMatch(/^ASL_RUN_CHANGED: the folder holds results of something else/);
    expect(error.format()).toMatch(shown);
  });

  test('values of the label files are written back, and read by the same map', async () => {
    await predicted({ out: 'indices' });
    await predicted({ out: 'labelled', values: 'labels' });
    await ok('predict', 'images/val', '--network', 'whole', '--out', 'mapped', '--values', '{"5":1,"6":0,"7":2,"9":1}');
    const indices = await valuesOf('indices/a/1.png');
    // Of two values of a class the lower.
    expect(await valuesOf('labelled/a/1.png')).toEqual({
      ...indices,
      depth: 16,
      data: indices.data.map((c) => VALUES[c]),
    });
    expect((await valuesOf('mapped/a/1.png')).data).toEqual(indices.data.map((c) => [6, 5, 7][c]));
  });

  test('with a palette, files have the data set’s colours, and are read by their indices', async () => {
    await predicted({ out: 'colored', palette: true });
    await predicted({ out: 'grey' });
    const { data, palette } = await valuesOf('colored/a/1.png');
    expect(palette?.slice(0, 4)).toEqual([...config.dataset.colors, [0, 0, 0]]);
    expect(data).toEqual((await valuesOf('grey/a/1.png')).data);
    const { stdout } = await ok(
      'evaluate',
      '--metrics',
      'miou',
      '--classes',
      '3',
      '--predictions',
      'colored',
      '--labels',
      'grey',
      '--json',
    );
    expect(JSON.parse(stdout).metrics.miou.value).toBe(1);
  });

  test('an image that cannot be read is named, and the others are written', async () => {
    await cp(at('images/val/a'), at('damaged'), { recursive: true });
    await writeFile(at('damaged/0.png'), 'no image');
    const broken = await readFile(at('damaged/1.png'));
    await writeFile(at('damaged/7.png'), broken.subarray(0, broken.length / 2));
    const { code, stdout, stderr } = await asl('predict', 'damaged', '--network', 'whole', '--out', 'from-damaged');
    expect(code).toBe(1);
    expect(stderr.match(/^ASL_DATA_INVALID/gm)).toHaveLength(2);
    expect(stderr).toMatch(/damaged.0\.png[\s\S]*damaged.7\.png/);
    expect(stdout).toMatch(/^2 images predicted, 2 could not be$/m);
    expect((await readdir(at('from-damaged'))).sort()).toEqual(['1.png', '2.png', 'prediction.json']);
  });

  test('images of 16 bits, of grey and of one pixel are read as in training', async () => {
    const { label, height, width } = striped('g', [12, 15]);
    await write(at('kinds/bits.png'), gray16(height, width, label));
    await write(
      at('kinds/pixel.png'),
      encode({ height: 1, width: 1, data: new Uint8Array([9]), channels: 1, depth: 8 }),
    );
    const { code, stderr } = await asl('predict', 'kinds', '--network', 'whole', '--out', 'of-kinds', '--windows');
    expect(stderr).toMatch(/bits: its values of 16 bits go up to 301 alone[\s\S]*--range=0,1023/);
    expect(code).toBe(0);
    expect(await valuesOf('of-kinds/pixel.png')).toMatchObject({ height: 1, width: 1 });
    const bits = ['kinds/bits.png'];
    expect(await predicted({ images: bits, out: 'ranged', reading: { range: [0, 301] } })).toMatchObject({
      notes: [],
      failed: [],
    });
    const { failed } = await predicted({ images: bits, out: 'outside', reading: { range: [0, 100] } });
    expect(failed[0]?.error).toMatch(/^ASL_DATA_INVALID[\s\S]*values in --range, \[0, 100\]/);
  });

  test('files are called by their paths in the folder that holds them all; a list names those that count', async () => {
    const files = ['images/val/a/1.png', 'images/val/b/1.png'];
    await ok('predict', ...files, '--network', 'whole', '--out', 'two');
    expect((await readdir(at('two'), { recursive: true })).filter((name) => name.endsWith('1.png')).sort()).toEqual([
      join('a', '1.png'),
      join('b', '1.png'),
    ]);
    await writeFile(at('names.txt'), 'b/3\na/2.png\n');
    const { stdout } = await ok(
      'predict',
      'images/val',
      '--network',
      'whole',
      '--out',
      'listed',
      '--list',
      'names.txt',
    );
    expect(stdout).toMatch(/^2 images predicted$/m);
    expect((await valuesOf('listed/a/2.png')).width).toBe(61);
  });

  describe('what is wrong', () => {
    beforeAll(async () => {
      await mkdir(at('empty'));
      await writeFile(at('wrong.txt'), 'a/9\n');
      await writeFile(at('names.bin'), '');
      await cp(at('images/val/a/1.png'), at('twins/1.png'));
      await cp(at('images/val/a/1.png'), at('twins/1.jpg'));
      for (const name of ['changed', 'edited']) await cp(at('whole'), at(name), { recursive: true });
      const weights = await readFile(at('whole/weights.safetensors'));
      weights[weights.length - 1] = (weights.at(-1) as number) ^ 1;
      await writeFile(at('changed/weights.safetensors'), weights);
      await writeFile(at('cut.safetensors'), weights.subarray(0, weights.length - 9));
      await describedAs('edited/weights.safetensors', ({ training: _, data: __, ...rest }) => rest);
      const report = await readFile(at('whole/report.json'), 'utf8');
      await writeFile(at('edited/report.json'), report.replace('"width": 4', '"width": 5'));
      await describedAs('bare.safetensors', ({ training: _, data: __, ...rest }) => rest);
      await describedAs('later.safetensors', ({ training, ...rest }) => ({
        ...rest,
        training: (training as string).replace('fitted', 'turned'),
      }));
      const { tensors } = decodeSafetensors(weights, refusalOf(''));
      await writeFile(at('others.safetensors'), encodeSafetensors({ tensors, metadata: { format: 'pt' } }));
      await writeFile(at('others.pth'), 'PK\x03\x04');
    });

    test.each<[string, Partial<PredictOptions>, RegExp]>([
      ['no image', { images: ['empty'] }, /^ASL_DATA_MISSING: there are no images/],
      ['a folder that is not there', { images: ['nowhere'] }, /^ASL_DATA_MISSING: .*\n.*IMAGES\n.*nowhere/],
      ['two of one name', { images: ['twins'] }, /^ASL_DATA_INVALID: two files have the same name/],
      [
        'two folders with one name',
        { images: ['images/val/a', 'images/val/b'] },
        /^ASL_DATA_INVALID: two images would/,
      ],
      ['no network', { network: 'empty' }, /^ASL_ARGUMENT_INVALID: there is no trained network/],
      ['another file', { network: 'names.bin' }, /^ASL_WEIGHTS_INVALID: .*\n.*names\.bin[\s\S]*an empty file/],
      ['weights cut short', { network: 'cut.safetensors' }, /^ASL_WEIGHTS_INVALID: .*\n.*cut\.safetensors/],
      ['weights without description', { network: 'bare.safetensors' }, /received: weights that do not say what/],
      ['weights of others', { network: 'others.safetensors' }, /received: weights that do not say what network/],
      ['a .pth', { network: 'others.pth' }, /^ASL_ARGUMENT_INVALID: [\s\S]*received: a \.pth of PyTorch/],
      [
        'another description',
        { network: 'later.safetensors' },
        /^ASL_RUN_CHANGED: .*another way[\s\S]*training\.images/,
      ],
      ['changed weights', { network: 'changed' }, /^ASL_STATE_CORRUPT: .*\n.*weights\.safetensors/],
      ['an edited report', { network: 'edited' }, /^ASL_STATE_CORRUPT: .*\n.*report\.json/],
      ['a map of other classes', { values: 'cityscapes' }, /^ASL_OPTIONS_INVALID: .*another number of classes/],
      ['a map that leaves a class out', { values: { 5: 1 } }, /^ASL_ARGUMENT_INVALID: .*which value each class has/],
      ['a value that no PNG holds', { values: { 5: 1, 6: 0, 70000: 2 } }, /^ASL_ARGUMENT_INVALID: .*into a PNG/],
      ['a folder of something else', { out: 'labels' }, /^ASL_RUN_FOLDER/],
      ['a folder that is a file', { out: 'names.bin' }, /^ASL_RUN_FOLDER/],
      ['results among the images', { images: ['images'], out: 'images/val' }, /^ASL_ARGUMENT_INVALID: a folder of/],
    ])('%s is told of, and nothing is written', async (_, options, shown) => {
      const error = await failure(predicted({ out: 'nothing', ...options }));
      expect(error.format()).toMatch(shown);
      expect(await readdir(at('nothing')).catch(() => [])).toEqual([]);
    });

    test('a list with another name, and folders that are one', async () => {
      const list = at('wrong.txt');
      expect((await failure(predicted({ out: 'nothing', list }))).format()).toMatch(/^ASL_DATA_MISSING: a list names/);
      const overlays = at('nothing/over');
      const error = await failure(predicted({ out: 'nothing', overlays }));
      expect(error.format()).toMatch(/^ASL_ARGUMENT_INVALID: a folder of results/);
    });

    test.each([
      ['--overlap', '1'],
      ['--scales', '1,100'],
      ['--range', '5,2'],
    ])('a wrong %s', async (...flag) => {
      const { code, stderr } = await asl('predict', 'images/val', '--network', 'whole', '--out', 'nothing', ...flag);
      expect(stderr).toMatch(/^ASL_USAGE/);
      expect(code).toBe(2);
    });
  });
});
