import { Random } from '@auto-seg-loss/kernel';

const IGNORE = 255;
/** Pixels of a cell of one label. */
const CELL = { height: 16, width: 24 } as const;
/** By how much the true class stands out of the noise: about half the pixels are right. */
const SIGNAL = 2;

export interface LossBatch {
  /** [batch, height, width, classes] */
  readonly logits: Float32Array;
  /** [batch, height, width] */
  readonly labels: Uint8Array;
}

/** Cells of one class each, or ignored, other in each image; and logits that know something of them. */
export function lossBatch(size: {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
}): LossBatch {
  const { batch, height, width, classes } = size;
  const random = Random.fromSeed('batch of a loss');
  const columns = Math.ceil(width / CELL.width);
  const cells = Math.ceil(height / CELL.height) * columns;
  const labels = new Uint8Array(batch * height * width);
  for (let image = 0; image < batch; image++) {
    const classOf = Array.from({ length: cells }, () =>
      random.uniform() < 0.05 ? IGNORE : random.integer(0, classes - 1),
    );
    for (let pixel = 0; pixel < height * width; pixel++) {
      const row = Math.floor(pixel / width / CELL.height);
      const column = Math.floor((pixel % width) / CELL.width);
      labels[image * height * width + pixel] = classOf[row * columns + column] as number;
    }
  }
  const logits = Float32Array.from(
    { length: labels.length * classes },
    (_, i) => random.normal() + (labels[Math.floor(i / classes)] === i % classes ? SIGNAL : 0),
  );
  return { logits, labels };
}
