import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { loadConfig } from '@auto-seg-loss/config';
import { plugin as folder } from '@auto-seg-loss/dataset-folder';
import { formatNpy } from '@auto-seg-loss/images';
import { isAslError, Random } from '@auto-seg-loss/kernel';
import {
  assembleRun,
  evaluate,
  knownOptions,
  lossValue,
  pluginContext,
  pluginProblems,
  resolveLoss,
} from '@auto-seg-loss/runtime';
import { parse, stringify } from 'yaml';
import { asAslError } from '../../packages/cli/src/as-asl-error.ts';
import { colourPng, greyPng } from '../../packages/samples/test/fixtures.ts';
import { changed, damaged } from './damage.ts';
import { nextWeights } from './weights.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How an input was answered. */
export interface Answer {
  /** An error's code, or "taken". */
  readonly code: string;
  readonly message: string;
}

/** A kind of input that is damaged over and over. */
interface Kind {
  /** Writes a damaged one. @returns what reads it. */
  next(place: string, random: Random): Promise<() => Promise<unknown>>;
}

/** Every field of a config that a person may write, beside the defaults. */
const CONFIG = {
  seed: 1,
  workers: 1,
  metric: { use: 'bf1', tolerance: 2 },
  formula: 'miou',
  surrogate: { use: 'bezier', pieces: 2 },
  constraints: ['truth-table', 'monotonicity'],
  searcher: { use: 'cma-es', rounds: 4, samples: 6 },
  start: 'published:miou',
  dataset: { use: 'scenes', size: [32, 32], train: 6, val: 2 },
  network: { use: 'deeplab-lite', width: 4 },
  absent: 'zero',
  proxy: { size: [32, 32], iterations: 4, reward: { split: 'train', fraction: 0.25 }, warmStart: null },
  reevaluation: { candidates: 2, repeats: 1, confirm: 1 },
  pruning: { rule: 'halving', rungs: [0.25, 0.5], keep: 0.5 },
  guards: [{ metric: { use: 'weighted', metrics: [{ use: 'miou', weight: 2 }, { use: 'gacc' }] }, drop: 0.03 }],
  losses: { focal3: { use: 'focal', gamma: 3 }, both: ['dice', 'cross-entropy'] },
  training: { size: [32, 32], iterations: 3, augment: { scale: [0.5, 2], flip: true } },
  report: { metrics: ['fwiou'], seeds: 2 },
};

const FOLDER_CONFIG = {
  metric: 'miou',
  dataset: {
    use: 'folder',
    root: 'data',
    classes: ['a', 'b', 'c'],
    ignoreLabel: 255,
    train: { list: 'train.txt' },
    val: { images: 'images', labels: 'labels' },
  },
};

const configs: Kind = {
  next: async (place, random) => {
    const tree = random.uniform() < 0.3 ? FOLDER_CONFIG : CONFIG;
    const value = random.uniform() < 0.6 ? changed(tree, random) : tree;
    const yaml = random.uniform() < 0.5;
    const text = Buffer.from(yaml ? stringify(value ?? null) : JSON.stringify(value ?? null, null, 1));
    const bytes = value === tree || random.uniform() < 0.3 ? damaged(text, random) : text;
    const file = join(place, yaml ? 'asl.config.yaml' : 'asl.config.json');
    await writeFile(file, bytes);
    return async () => {
      const set = random.uniform() < 0.2 ? [`searcher.rounds=${random.integer(-3, 99)}`] : [];
      const loaded = await loadConfig({ cwd: place, file, set, pluginProblems, pluginOptions: knownOptions });
      const run = await assembleRun(loaded.config, pluginContext(loaded.baseDir, loaded));
      try {
        await run.space;
        if (loaded.config.dataset.use === 'folder') await run.dataset;
      } finally {
        await run.dispose();
      }
    };
  },
};

const losses: Kind = {
  next: async (place, random) => {
    const sample = ['found/miou', 'found/bf1', 'found/biou-as-miou', 'mixed'][random.integer(0, 3)];
    const text = await readFile(join(ROOT, `docs/examples/${sample}.loss.json`), 'utf8');
    const { sha256, ...content } = parse(text) as Record<string, unknown>;
    const tree = random.uniform() < 0.8 ? content : { ...content, sha256 };
    const value = random.uniform() < 0.6 ? changed(tree, random) : tree;
    const written = Buffer.from(JSON.stringify(value ?? null, null, 1));
    const file = join(place, 'loss.json');
    await writeFile(file, value === tree || random.uniform() < 0.3 ? damaged(written, random) : written);
    return () => resolveLoss(file, { cwd: place, context: pluginContext(place) });
  },
};

const arrays: Kind = {
  next: async (place, random) => {
    const shape = [1, 3, 4, 5];
    const logits = Buffer.from(
      formatNpy(
        Float32Array.from({ length: 60 }, () => random.normal()),
        shape,
      ),
    );
    const labels = labelArray(20, [1, 4, 5]);
    const first = random.uniform() < 0.5;
    const files = { logits: join(place, 'x.npy'), labels: join(place, 'y.npy') };
    // The header is where the lengths are.
    const headed = (bytes: Buffer): Buffer =>
      random.uniform() < 0.6
        ? Buffer.concat([damaged(bytes.subarray(0, 128), random), bytes.subarray(128)])
        : damaged(bytes, random);
    await writeFile(files.logits, first ? headed(logits) : logits);
    await writeFile(files.labels, first ? labels : headed(labels));
    return () => lossValue({ loss: 'cross-entropy', ...files, layout: 'nchw', context: pluginContext(place) });
  },
};

/** As numpy writes int32. */
function labelArray(count: number, shape: readonly number[]): Buffer {
  const bytes = Buffer.from(formatNpy(new Float32Array(count), shape));
  bytes.write('<i4', bytes.indexOf('<f4'));
  for (let index = 0; index < count; index++) bytes.writeInt32LE(index % 3, bytes.length - 4 * (count - index));
  return bytes;
}

/** With the checksums that its chunks should have: without, every other damage is hidden behind that one. */
function withChecksums(png: Buffer): Buffer {
  const copy = Buffer.from(png);
  for (let at = 8; at + 12 <= copy.length; ) {
    const end = at + 8 + copy.readUInt32BE(at);
    if (end + 4 > copy.length) break;
    copy.writeUInt32BE(crc32(copy.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return copy;
}

const pictures: Kind = {
  next: async (place, random) => {
    const label = Buffer.from(greyPng(4, 6, (y, x) => (y + x) % 3));
    const image = Buffer.from(colourPng(4, 6, 3));
    const which = random.integer(0, 2);
    // Signature and header are where the sizes are.
    const broken = (bytes: Buffer): Buffer => {
      const header = random.uniform() < 0.5;
      const all = header
        ? Buffer.concat([damaged(bytes.subarray(0, 41), random), bytes.subarray(41)])
        : damaged(bytes, random);
      return random.uniform() < 0.7 ? withChecksums(all) : all;
    };
    const write = async (path: string, bytes: Buffer): Promise<void> => {
      await mkdir(join(place, path, '..'), { recursive: true });
      await writeFile(join(place, path), bytes);
    };
    await write('labels/a.png', which === 0 ? broken(label) : label);
    await write('predictions/a.png', which === 1 ? broken(label) : label);
    await write('images/a.png', which === 2 ? broken(image) : image);
    await write('other/images/b.png', Buffer.from(colourPng(4, 6, 9)));
    await write('other/labels/b.png', label);
    const options = { root: place, classes: 3, cache: false, train: FOLDERS, val: OTHERS };
    return async () => {
      if (which !== 2) {
        const [predictions, labels] = [join(place, 'predictions'), join(place, 'labels')];
        const context = pluginContext(place);
        await evaluate({ metrics: ['miou'], predictions, labels, classes: 3, context, workers: 1 });
      }
      const dataset = await folder.create(folder.options.parse(options), { baseDir: place, cacheDir: place });
      await dataset.train.read(0);
    };
  },
};

const FOLDERS = { images: 'images', labels: 'labels' };
const OTHERS = { images: 'other/images', labels: 'other/labels' };

/** Looks on while an input is read: how long it takes, and how much memory. */
export interface Watch {
  start(): void;
  stop(): void;
}

const NOBODY: Watch = { start: () => {}, stop: () => {} };

const KINDS = { configs, losses, arrays, pictures, weights: { next: nextWeights } } as const;

/**
 * Damages inputs of a kind, one after the other, and asks for each.
 * @param seed the same gives the same inputs.
 * @param told hears of each answer, with the place where its input lies as long as the call lasts.
 * @param watch is told when the reading of an input begins and ends.
 */
export async function fuzz(
  kind: keyof typeof KINDS,
  count: number,
  seed: number,
  told: (answer: Answer, number: number, place: string) => void,
  watch: Watch = NOBODY,
): Promise<void> {
  const all = Random.fromSeed(seed).split(kind);
  for (let number = 0; number < count; number++) {
    const place = await mkdtemp(join(tmpdir(), 'asl-fuzz-'));
    try {
      const read = await KINDS[kind].next(place, all.split(number));
      watch.start();
      const answer = await answered(read);
      watch.stop();
      told(answer, number, place);
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  }
}

async function answered(read: () => Promise<unknown>): Promise<Answer> {
  try {
    await read();
    return { code: 'taken', message: '' };
  } catch (error) {
    const told = asAslError(error);
    const stack = !isAslError(error) && error instanceof Error ? `\n${error.stack}` : '';
    return { code: told.code, message: `${told.format()}${stack}` };
  }
}
