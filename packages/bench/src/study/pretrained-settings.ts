/** What the study on a pretrained network is made with. */

/** The metrics that losses are searched for: all of them in mIoU's form, which was the better one on small networks. */
export const PRETRAINED_METRICS: readonly string[] = ['miou', 'dice', 'bf1'];

/** Found on small networks from fresh weights, for CamVid at 48×72. */
export const FOUND_SMALL: Readonly<Record<string, string>> = {
  miou: 'docs/examples/found/miou.loss.json',
  dice: 'docs/examples/found/dice-as-miou.loss.json',
  bf1: 'docs/examples/found/bf1-as-miou.loss.json',
};

/** Hand-made losses, as `--losses` names them. */
export const PRETRAINED_RIVALS: readonly string[] = [
  'cross-entropy',
  'weighted-cross-entropy',
  'cross-entropy+dice',
  'lovasz',
];

/** Of the encoder; the head's is ten times as large. */
export const PRETRAINED_RATES: readonly number[] = [0.006, 0.02, 0.06];

/** EfficientNet-Lite0 with ImageNet's weights, under a DeepLabv3+ that two cores can train. */
const NETWORK = {
  use: 'deeplabv3plus',
  backbone: 'efficientnet-lite0',
  weights: 'efficientnet-lite0',
  rates: [2, 4],
  pyramidChannels: 48,
  decoderChannels: 48,
  skipChannels: 24,
  normMomentum: 0.1,
};

/** Trials train the head on kept features, and end in minutes. */
const SEARCH = {
  network: NETWORK,
  searcher: { use: 'cma-es', rounds: 16, samples: 6, preselection: 10 },
  reevaluation: { candidates: 4, repeats: 2, confirm: 3 },
};

const KEPT = { iterations: 150, learningRate: 0.02, warmStart: null, keptFeatures: { views: 4 } };

/** Images, and how networks are trained on them. */
export interface PretrainedSetting {
  readonly title: string;
  /** A config that says where the images are. */
  readonly file: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const flipped = { scale: [0.75, 1.5], flip: true, photometric: 0.2 };

/** By the names of their folders. */
export const PRETRAINED_SETTINGS: Readonly<Record<string, PretrainedSetting>> = {
  camvid: {
    title: 'CamVid, 192×256',
    file: 'docs/examples/camvid-miou.json',
    fields: {
      ...SEARCH,
      proxy: { ...KEPT, size: [96, 128], batchSize: 12, augment: flipped },
      training: { size: [192, 256], batchSize: 6, iterations: 150, learningRate: 0.02, augment: flipped },
    },
  },
  voc: {
    title: 'PASCAL VOC, background and eight common classes, 128×176',
    file: 'docs/examples/voc.json',
    fields: {
      ...SEARCH,
      proxy: { ...KEPT, size: [96, 128], batchSize: 12, augment: flipped },
      training: { size: [128, 176], batchSize: 8, iterations: 150, learningRate: 0.02, augment: flipped },
    },
  },
  drive: {
    title: 'DRIVE, crops of 128×128 out of images at their own size',
    file: 'docs/examples/drive.json',
    fields: {
      ...SEARCH,
      // Half of the images' size: vessels are a few pixels wide.
      proxy: { ...KEPT, size: [288, 280], batchSize: 4, augment: flipped },
      training: {
        images: 'crops',
        size: [128, 128],
        batchSize: 8,
        iterations: 150,
        learningRate: 0.02,
        augment: flipped,
      },
    },
  },
};
