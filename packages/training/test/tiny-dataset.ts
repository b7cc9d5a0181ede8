import { type Dataset, IGNORE_LABEL, Random, type Sample, type Split } from '@auto-seg-loss/kernel';

/** Side of the images, in pixels. */
const SIDE = 12;

/** Three classes in noisy colours, side by side, with some ignored pixels. */
function sampleOf(id: string): Sample {
  const random = Random.fromSeed(id);
  const image = new Uint8Array(SIDE * SIDE * 3);
  const label = new Uint8Array(SIDE * SIDE);
  const [first, second] = [random.integer(2, 5), random.integer(6, 10)];
  for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
    const column = pixel % SIDE;
    const kind = column < first ? 0 : column < second ? 1 : 2;
    label[pixel] = random.uniform() < 0.05 ? IGNORE_LABEL : kind;
    for (let channel = 0; channel < 3; channel++) {
      image[pixel * 3 + channel] = (channel === kind ? 150 : 90) + random.integer(-60, 60);
    }
  }
  return { id, height: SIDE, width: SIDE, image, label };
}

function splitOf(name: string, count: number): Split {
  const ids = Array.from({ length: count }, (_, index) => `${name}-${index}`);
  return { ids, read: async (index) => sampleOf(ids[index] as string) };
}

export const tinyDataset: Dataset = {
  name: 'tiny',
  classes: ['red', 'green', 'blue'],
  train: splitOf('train', 12),
  val: splitOf('val', 5),
  fingerprint: async () => 'tiny',
};
