import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { makeProject } from '../../../packages/cli/test/project.ts';
import { runAsl } from '../../../packages/cli/test/run-asl.ts';

const [HEIGHT, WIDTH] = [128, 192];
const PIXELS = HEIGHT * WIDTH;
const config = (iterations: number) => ({
  metric: 'miou',
  dataset: {
    use: 'folder',
    root: '.',
    classes: ['ground', 'wire', 'moon'],
    train: { images: 'train/images', labels: 'train/labels' },
    val: { images: 'val/images', labels: 'val/labels' },
    cache: false,
  },
  network: { use: 'deeplab-lite', width: 4 },
  proxy: { size: [32, 48], iterations: 2, batchSize: 2, warmStart: null },
  searcher: { use: 'random', rounds: 1, samples: 2 },
  reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
  training: { size: [32, 48], iterations, batchSize: 2 },
});

const grey = (data: Uint8Array, height = HEIGHT, width = WIDTH) =>
  encode({ width, height, data, channels: 1, depth: 8 });
const color = (data: Uint8Array, height = HEIGHT, width = WIDTH) =>
  encode({ width, height, data, channels: 3, depth: 8 });
let pictures = 0;
/** A picture that no other is like. */
const picture = (height = HEIGHT, width = WIDTH) => {
  const own = pictures++;
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * 7 + ((i * i) % 13) + 31 * own) % 256);
  return color(data, height, width);
};
/** Class 0 with a wire of class 1, one pixel high: none of the rows that shrinking to 32 takes. */
const wire = () => Uint8Array.from({ length: PIXELS }, (_, i) => (i >= WIDTH && i < WIDTH + 110 ? 1 : 0));

/** A project with images and labels in its folders. */
async function projectOf(
  splits: Readonly<Record<'train' | 'val', readonly (readonly [image: Uint8Array, label: Uint8Array])[]>>,
  iterations: number,
): Promise<string> {
  const cwd = await makeProject({ 'asl.config.json': config(iterations) });
  for (const [split, samples] of Object.entries(splits)) {
    for (const kind of ['images', 'labels']) await mkdir(join(cwd, split, kind), { recursive: true });
    for (const [index, [image, label]] of samples.entries()) {
      await writeFile(join(cwd, split, 'images', `s${index}.png`), image);
      await writeFile(join(cwd, split, 'labels', `s${index}.png`), label);
    }
  }
  return cwd;
}

describe('a wire of one pixel', () => {
  const makeWires = () => {
    const pair = () => [picture(), grey(wire())] as const;
    return projectOf({ train: [pair(), pair(), pair()], val: [pair(), pair()] }, 20);
  };

  test('counts in the scores of train and compare, and its loss in training is said', async () => {
    const cwd = await makeWires();
    const compare = ['compare', '--losses', 'cross-entropy', '--seeds', '1'];
    const [trained, compared] = await Promise.all([
      runAsl(['train', '--loss', 'cross-entropy'], { cwd }),
      runAsl(compare, { cwd }),
    ]);
    expect(trained.code).toBe(0);
    expect(trained.stdout.split('\n').slice(0, 14)).toEqual([
      '          miou',
      '──────────────',
      'all      49.78',
      'ground   99.55',
      'wire      0.00',
      'moon    absent',
      "on val, at the labels' size (logits resized bilinearly), in percent",
      '',
      'images           2',
      'pixels           49,152 counted, 0 ignored (0.0 %)',
      'classes          2 of 3 in the labels, 1 predicted',
      'never predicted  wire',
      'in neither       moon',
      'Warning: shrunk to the training size, no training label has wire any more: no network learns that. Raise training.size.',
    ]);
    expect([compared.code, compared.stdout]).toEqual([0, expect.stringMatching(/^cross-entropy +49\.78$/m)]);
    expect(compared.stdout).toMatch(/^never predicted +wire by cross-entropy$/m);
  });

  test('--json says what the scores rest on, by name', async () => {
    const cwd = await makeWires();
    const { network } = JSON.parse((await runAsl(['train', '--loss', 'cross-entropy', '--json'], { cwd })).stdout);
    expect(network.metrics.miou.perClass).toEqual([1 - 220 / (2 * PIXELS), 0, null]);
    expect(network.lostClasses).toEqual(['wire']);
    expect(network.coverage).toEqual({
      images: 2,
      pixels: 2 * PIXELS,
      ignored: 0,
      ignoredShare: 0,
      unusuallyIgnored: false,
      classes: [
        { name: 'ground', present: 2 * PIXELS - 220, predicted: 2 * PIXELS },
        { name: 'wire', present: 220, predicted: 0 },
        { name: 'moon', present: 0, predicted: 0 },
      ],
      absent: ['moon'],
    });
  });

  test('a search says at which size its rewards are', async () => {
    const cwd = await makeWires();
    // Shrunk, all labels are alike: no loss is better than another.
    const { code, stdout } = await runAsl(['search', '--out', 'run'], { cwd });
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('rewards in percent, at 32 × 48 (proxy.size), labels brought to that size\n'),
    ]);
  });
});

test('a warning stands where most of val is ignored', async () => {
  const half = Uint8Array.from({ length: PIXELS }, (_, i) => (i < PIXELS / 2 ? 0 : 255));
  const pair = (label: Uint8Array) => [picture(), grey(label)] as const;
  const cwd = await projectOf({ train: [pair(wire()), pair(wire())], val: [pair(half)] }, 2);
  const args = ['--set', 'dataset.ignoreLabel=255'];
  const { code, stdout } = await runAsl(['train', '--loss', 'cross-entropy', ...args], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^pixels +12,288 counted, 12,288 ignored \(50\.0 %\)$/m);
  expect(stdout).toMatch(/^Warning: 50\.0 % of the pixels are ignored/m);
});

describe('what is wrong with the data is said as search says it', () => {
  const small = [32, 48] as const;
  const sound = () => grey(new Uint8Array(32 * 48), ...small);
  const labels: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
    [
      'a value that is no class',
      () =>
        grey(
          Uint8Array.from({ length: 32 * 48 }, (_, i) => (i < 168 ? 255 : 0)),
          ...small,
        ),
      /255 at 168 of 1536 pixels.* first at row 0, column 0/,
    ],
    ['a truncated file', () => sound().slice(0, 40), /received: 40 bytes/],
    [
      'colours',
      () =>
        color(
          Uint8Array.from({ length: 32 * 48 * 3 }, (_, i) => (i % 3 === 0 ? 128 : 0)),
          ...small,
        ),
      /#800000 at 1536/,
    ],
    ['another size', () => grey(new Uint8Array(32 * 40), 32, 40), /received: .*40/],
  ];

  test.each(labels)('a label with %s', async (_, label, received) => {
    const pair = (mask: Uint8Array) => [picture(...small), mask] as const;
    const cwd = await projectOf({ train: [pair(label()), pair(sound())], val: [pair(sound())] }, 2);
    const train = ['train', '--loss', 'cross-entropy'];
    const compare = ['compare', '--losses', 'cross-entropy,dice', '--seeds', '2'];
    const commands = [['search', '--out', 'run'], train, ...(label === labels[0]?.[1] ? [compare] : [])];
    const messages: string[] = [];
    for (const { code, stdout, stderr } of await Promise.all(commands.map((args) => runAsl(args, { cwd })))) {
      expect([code, stdout]).toEqual([2, '']);
      messages.push(stderr.slice(stderr.indexOf('ASL_')));
    }
    expect(messages[0]).toMatch(/^ASL_DATA_INVALID: /);
    expect(messages[0]).toContain(join('train', 'labels', 's0.png'));
    expect(messages[0]).toMatch(received);
    expect(new Set(messages).size).toBe(1);
  });

  test('the same of val, with --json too, before anything is trained', async () => {
    const pair = (mask: Uint8Array) => [picture(...small), mask] as const;
    const train = [pair(sound()), pair(sound())];
    const cwd = await projectOf({ train, val: [pair(sound()), pair(sound().slice(0, 40))] }, 2);
    const { code, stderr } = await runAsl(['train', '--loss', 'cross-entropy', '--json'], { cwd });
    const { error } = JSON.parse(stderr.slice(stderr.indexOf('{"error"')));
    expect([code, error.code]).toEqual([2, 'ASL_DATA_INVALID']);
    expect(error.where).toContain(join('val', 'labels', 's1.png'));
  });
});
