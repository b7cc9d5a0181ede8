import { createHash } from 'node:crypto';
import { relative, resolve } from 'node:path';
import { type Color, classColors, decodeImage, type LabelOptions } from '@auto-seg-loss/images';
import {
  AslError,
  type ImageReading,
  isAslError,
  type Json,
  type PluginUse,
  type ScoringOptions,
} from '@auto-seg-loss/kernel';
import { pluginContext } from '@auto-seg-loss/plugin-host';
import { makeDecoder, type UsedDecoder } from '../decoding/used-decoder.ts';
import { type FoundImages, findImages, type ImageFile } from '../prediction/find-images.ts';
import { findKeptNetwork, type KeptNetwork } from '../prediction/kept-network.ts';
import { PredictionFolders } from '../prediction/prediction-folders.ts';
import { readImageFile } from '../prediction/read-image-file.ts';
import { writtenValues } from '../prediction/written-values.ts';
import { type ChosenEngine, chooseEngine } from '../run-folder/environment.ts';

export interface PredictOptions {
  /** As `findKeptNetwork` takes it. */
  readonly network: string;
  /** Which network of a comparison: its loss as the table names it, and its seed; by default the only loss, and the lowest seed. */
  readonly loss?: string;
  readonly seed?: number;
  /** Image files and folders of images. */
  readonly images: readonly string[];
  /** A text file with the names that count, one a line; without it, all images do. */
  readonly list?: string;
  /** Folder of the index PNGs. */
  readonly out: string;
  /** Folder of pictures of the images with their classes laid over them. */
  readonly overlays?: string;
  /** Folder of the probabilities: .npy, [c, h, w] float32. */
  readonly probabilities?: string;
  /** Whether the PNGs have a palette, with the colours of the data set that the network was trained on. */
  readonly palette?: boolean;
  /** What is written for a class, as `writtenValues` takes it; its index by default. */
  readonly values?: 'classes' | 'labels' | NonNullable<LabelOptions['map']>;
  /** What decides the class of each pixel, with its options; the most probable class by default. */
  readonly decode?: PluginUse;
  /** In place of the network's own. */
  readonly scoring?: Partial<ScoringOptions>;
  /** How image files are read, in place of how those were that the network was trained on. */
  readonly reading?: ImageReading;
  readonly engine?: 'auto' | 'native' | 'wasm';
  /** Whether code that the network names is run, if it may be from elsewhere. */
  readonly allowCode?: boolean;
  /** Called before the first image. */
  readonly onStart?: (engine: ChosenEngine, notes: readonly string[]) => void;
  /** Called after each image. */
  readonly onImage?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** An image that could not be predicted. */
export interface FailedImage {
  /** As its output would be called. */
  readonly name: string;
  /** The whole error. */
  readonly error: string;
}

export interface PredictResult {
  readonly images: number;
  /** Of them, those that were predicted before: the folder held their outputs. */
  readonly found: number;
  readonly failed: readonly FailedImage[];
  readonly classes: readonly string[];
  /** What is written for each class. */
  readonly values: readonly number[];
  readonly scoring: ScoringOptions;
  /** With every option. */
  readonly decode: PluginUse;
  readonly engine: ChosenEngine['engine'];
  /** The folders, absolute. */
  readonly out: string;
  readonly overlays: string | undefined;
  readonly probabilities: string | undefined;
  /** What had to be decided to read images: each with how many they were, and the first of them. */
  readonly notes: readonly { readonly note: string; readonly images: number; readonly first: string }[];
}

/**
 * Predicts the class of each pixel of images with a trained network, by the same steps as it was scored, and writes files at the
 * images' own sizes. What is there of the same network and options is kept. An image that cannot be read is told of in the result.
 * @throws AslError for what is wrong with the network, the options or the output folders, before anything is predicted; what
 *   `signal` was aborted with.
 */
export async function predict(options: PredictOptions): Promise<PredictResult> {
  const { loss, seed, allowCode = false } = options;
  const network = await findKeptNetwork(options.network, { loss, seed, allowCode });
  // It is the caller's who calls, and not the network's.
  const context = pluginContext(process.cwd(), { allowCode });
  const decoder = await makeDecoder(options.decode ?? { use: 'argmax' }, context, '--decode');
  const values = await writtenValues(options.values ?? 'classes', network);
  const found = await findImages(options.images, options.list);
  const engine = chooseEngine(options.engine);
  const scoring = { ...network.training.scoring, ...options.scoring };
  const reading = { ...network.data.imageReading, ...options.reading };
  const folders = await PredictionFolders.open(options, found.folders, {
    network: network.sha256,
    scoring: scoring as unknown as Json,
    values: values ?? null,
    palette: options.palette === true ? (colorsOf(network) as unknown as Json) : null,
    images: reading as unknown as Json,
    engine: { engine: engine.engine, device: engine.device, libraryVersion: engine.libraryVersion },
    // Folders of before there were others know nothing of it.
    ...(decoder.identity === null ? {} : { decoder: decoder.identity }),
  });
  options.onStart?.(engine, [...found.notes, ...windowsNote(network, scoring)]);
  const run = { ...options, network, values, reading, scoring, decoder, engine: engine.engine, folders };
  const { failed, notes, kept } = await predictAll(run, found);
  return {
    images: found.images.length,
    found: kept,
    failed,
    classes: network.classes,
    values: values ?? network.classes.map((_, index) => index),
    scoring,
    decode: decoder.use,
    engine: engine.engine,
    out: folders.out,
    overlays: folders.overlays,
    probabilities: folders.probabilities,
    notes,
  };
}

/** What windows come to for a network that saw whole images in training. */
function windowsNote({ training }: KeptNetwork, { mode }: ScoringOptions): readonly string[] {
  const { images, size } = training;
  if (mode === 'whole' || images === 'crops') return [];
  return [
    `The network was trained on whole images fitted to ${size.join(' × ')} (height × width); through windows it sees images at their ` +
      'own size, and so perhaps everything larger than ever in training. --no-windows shows it whole images.',
  ];
}

function colorsOf({ classes, data }: KeptNetwork): readonly Color[] {
  return classColors(classes.length, data.colors);
}

type Predicting = Pick<PredictOptions, 'palette' | 'onImage' | 'signal'> & {
  readonly network: KeptNetwork;
  readonly values: readonly number[] | undefined;
  readonly reading: ImageReading;
  readonly scoring: ScoringOptions;
  readonly decoder: UsedDecoder;
  readonly engine: 'native' | 'wasm';
  readonly folders: PredictionFolders;
};

async function predictAll(
  run: Predicting,
  { images }: FoundImages,
): Promise<Pick<PredictResult, 'failed' | 'notes'> & { readonly kept: number }> {
  // Tensors are loaded where the network is built, and nowhere else in this process.
  const { networkOnEngine } = await import('../prediction/network-on-engine.ts');
  const { predictor, dispose } = await networkOnEngine(run.network, run.scoring, run.engine);
  const failed: FailedImage[] = [];
  const notes = new Map<string, { images: number; readonly first: string }>();
  let kept = 0;
  let done = 0;
  try {
    for (const image of images) {
      run.signal?.throwIfAborted();
      try {
        const bytes = await readImageFile(image.path);
        const source = createHash('sha256').update(bytes).digest('hex');
        if (await run.folders.holds(image.name, source)) kept += 1;
        else await predictOne(image, bytes, source);
      } catch (error) {
        if (!isAslError(error) || !OF_ONE_IMAGE.includes(error.code)) throw error;
        failed.push({ name: image.name, error: error.format() });
      }
      run.onImage?.(++done, images.length);
    }
  } finally {
    dispose();
  }
  return { failed, kept, notes: [...notes].map(([note, of]) => ({ note, ...of })) };

  async function predictOne(image: ImageFile, bytes: Uint8Array, source: string): Promise<void> {
    const { folders, decoder, signal } = run;
    const decoded = await decodeImage(bytes, image.path, { ...run.reading, names: FLAGS });
    for (const note of decoded.notes) {
      const known = notes.get(note);
      if (known === undefined) notes.set(note, { images: 1, first: image.name });
      else known.images += 1;
    }
    const { height, width, data } = decoded;
    const prediction = await predictor.predict(
      { image: data, size: [height, width] },
      {
        probabilities: folders.probabilities !== undefined,
        decoders: [decoder.decoder],
        ...(signal === undefined ? {} : { signal }),
      },
    );
    if (prediction === undefined) throw notFinite(run.network, image);
    await folders.write(image.name, source, {
      height,
      width,
      image: data,
      classes: prediction.decoded[0] ?? prediction.classes,
      probabilities: prediction.probabilities,
      values: run.values,
      colors: colorsOf(run.network),
      palette: run.palette === true,
    });
  }
}

/** What is wrong with one image alone; other errors would come with the next one too. */
const OF_ONE_IMAGE: readonly string[] = ['ASL_DATA_INVALID', 'ASL_DATA_MISSING'];

/** How messages name the options of images. */
const FLAGS = {
  range: '--range',
  rangeOf: (low: number, high: number) => `--range=${low},${high}`,
  orientation: (choice: string) => `--orientation ${choice}`,
};

function notFinite({ path: where }: KeptNetwork, { path }: ImageFile): AslError {
  return new AslError(
    'ASL_WEIGHTS_INVALID',
    "the network's logits are not finite, so that no class is the most likely",
    {
      where,
      expected: 'finite numbers',
      received: `others for ${relative(process.cwd(), resolve(path))}`,
      remedy: 'train the network again, with a smaller training.learningRate',
    },
  );
}
