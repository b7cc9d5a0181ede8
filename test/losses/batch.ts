import { Random } from '@auto-seg-loss/kernel';

/** Logits [n, h, w, c] and labels [n, h, w], as losses take them. */
export interface Batch {
  readonly shape: readonly [n: number, h: number, w: number, c: number];
  readonly logits: ArrayLike<number>;
  readonly labels: Int32Array;
}

/** A valid pixel as plain references see it. */
export interface Pixel {
  readonly image: number;
  readonly row: number;
  readonly column: number;
  readonly label: number;
  /** Probabilities of the classes, float64. */
  readonly p: readonly number[];
  /** Their logarithms. */
  readonly logP: readonly number[];
  readonly z: readonly number[];
}

/** The valid pixels of a batch, with their softmax in float64. */
export function validPixels({ shape: [n, h, w, c], logits, labels }: Batch): Pixel[] {
  const pixels: Pixel[] = [];
  for (let image = 0; image < n; image++) {
    for (let row = 0; row < h; row++) {
      for (let column = 0; column < w; column++) {
        const index = (image * h + row) * w + column;
        const label = labels[index] as number;
        if (label < 0 || label >= c) continue;
        const z = Array.from({ length: c }, (_, k) => logits[index * c + k] as number);
        const top = Math.max(...z);
        const total = Math.log(z.reduce((sum, value) => sum + Math.exp(value - top), 0));
        const logP = z.map((value) => value - top - total);
        pixels.push({ image, row, column, label, p: logP.map(Math.exp), logP, z });
      }
    }
  }
  return pixels;
}

export interface BatchSpec {
  readonly what: string;
  readonly shape: Batch['shape'];
  /** How sure the network is: 0.1 is nearly uniform, 20 saturates the softmax. */
  readonly scale: number;
  /** Share of ignored pixels, in blocks. */
  readonly ignored: number;
  /** Classes that no label has, the last ones. */
  readonly absent: number;
}

export const specs: readonly BatchSpec[] = [
  { what: 'two classes', shape: [2, 9, 7, 2], scale: 2, ignored: 0, absent: 0 },
  { what: 'absent classes, ignored blocks', shape: [3, 11, 13, 5], scale: 2, ignored: 0.3, absent: 2 },
  { what: '21 classes, odd sizes', shape: [1, 17, 15, 21], scale: 3, ignored: 0.1, absent: 6 },
  { what: 'saturated', shape: [2, 8, 8, 3], scale: 20, ignored: 0.1, absent: 0 },
  { what: 'nearly uniform', shape: [1, 8, 8, 3], scale: 0.1, ignored: 0.1, absent: 0 },
  { what: 'one pixel', shape: [1, 1, 1, 2], scale: 1, ignored: 0, absent: 0 },
  { what: 'one class', shape: [1, 4, 3, 1], scale: 1, ignored: 0.2, absent: 0 },
];

const drawn = new Map<string, Batch>();

/** Blocks of labels, and logits that lean to them. */
export function drawBatch(spec: Omit<BatchSpec, 'what'>): Batch {
  const key = JSON.stringify(spec);
  const batch = drawn.get(key) ?? draw(spec);
  drawn.set(key, batch);
  return batch;
}

function draw({ shape, scale, ignored, absent }: Omit<BatchSpec, 'what'>): Batch {
  const random = Random.fromSeed(JSON.stringify([shape, scale]));
  const [n, h, w, c] = shape;
  const present = Math.max(1, c - absent);
  const labels = new Int32Array(n * h * w);
  for (let i = 0; i < n; i++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const block = random.split(`${i}/${Math.floor(y / 3)}/${Math.floor(x / 3)}`);
        const isVoid = block.uniform() < ignored;
        labels[(i * h + y) * w + x] = isVoid ? (block.uniform() < 0.5 ? 255 : c) : block.integer(0, present - 1);
      }
    }
  }
  const logits = Float32Array.from({ length: n * h * w * c }, (_, i) => {
    const label = labels[Math.floor(i / c)];
    return Math.fround(scale * (random.normal() + (label === i % c ? 1 : 0)));
  });
  return { shape, logits, labels };
}
