import type { Size } from '../data/resize-sample.ts';
import { PADDING_COLOR } from '../data/warp-sample.ts';
import type { LogitRow } from './logit-rows.ts';
import { windowStarts } from './window-starts.ts';

/** An image at some size. */
export interface SizedImage {
  /** RGB, [h, w, 3], 0 to 255. */
  readonly image: Uint8Array;
  readonly size: Size;
}

/**
 * Logits of an image by windows that slide over it. Where windows overlap, their logits are averaged with equal weights, as
 * mmsegmentation's `slide_inference` does (nnU-Net averages logits too, and weighs them by their distance from the window's
 * border). An image that is smaller than a window is padded on all sides, as nnU-Net does. In memory are the logits of as many
 * rows as a window has.
 * @param logitsOf the network: [*window, c] of an image of the window's size.
 */
export async function* windowRows(
  { image, size }: SizedImage,
  options: {
    readonly window: Size;
    readonly overlap: number;
    readonly classes: number;
    readonly logitsOf: (image: SizedImage) => Promise<Float32Array>;
  },
): AsyncGenerator<LogitRow> {
  const { window, overlap, classes, logitsOf } = options;
  const area: Size = [Math.max(size[0], window[0]), Math.max(size[1], window[1])];
  const [top, left] = [Math.floor((area[0] - size[0]) / 2), Math.floor((area[1] - size[1]) / 2)];
  const padded = padImage({ image, size }, area, [top, left]);
  const band = new WindowBand(window, area[1], classes);
  const columns = windowStarts(area[1], window[1], overlap);
  const finished = function* (until: number): Generator<LogitRow> {
    const [begin, end] = [Math.max(band.top, top), Math.min(until, top + size[0])];
    for (let y = begin; y < end; y++) yield band.row(y).subarray(left * classes, (left + size[1]) * classes);
  };
  for (const y of windowStarts(area[0], window[0], overlap)) {
    yield* finished(y);
    band.moveTo(y);
    for (const x of columns) band.add(await logitsOf({ image: cut(padded, area[1], window, [y, x]), size: window }), x);
  }
  yield* finished(area[0]);
}

/** Means of logits in as many rows as a window has, which move down an image. */
class WindowBand {
  /** The image's row that is the band's first. */
  top = 0;
  readonly #window: Size;
  readonly #line: number;
  readonly #classes: number;
  /** [window height, w, c] */
  readonly #means: Float32Array;
  /** Windows that cover a pixel so far. [window height, w] */
  readonly #counts: Uint32Array;

  constructor(window: Size, width: number, classes: number) {
    this.#window = window;
    this.#line = width;
    this.#classes = classes;
    this.#means = new Float32Array(window[0] * width * classes);
    this.#counts = new Uint32Array(window[0] * width);
  }

  /** @param y of the image. */
  row(y: number): Float32Array {
    const line = this.#line * this.#classes;
    return this.#means.subarray((y - this.top) * line, (y - this.top + 1) * line);
  }

  /** Forgets the rows above `top`. */
  moveTo(top: number): void {
    const rows = top - this.top;
    this.#means.copyWithin(0, rows * this.#line * this.#classes);
    this.#counts.copyWithin(0, rows * this.#line);
    // Rows that come in are empty; the first window of a pixel replaces its mean.
    this.#counts.fill(0, Math.max(0, this.#counts.length - rows * this.#line));
    this.top = top;
  }

  /** Adds the logits of a window whose rows are the band's. */
  add(logits: Float32Array, left: number): void {
    const classes = this.#classes;
    const [height, width] = this.#window;
    const means = this.#means;
    for (let y = 0, from = 0; y < height; y++) {
      for (let x = 0, at = y * this.#line + left; x < width; x++, at++) {
        const count = (this.#counts[at] as number) + 1;
        this.#counts[at] = count;
        for (let c = 0, to = at * classes; c < classes; c++, to++, from++) {
          const before = count === 1 ? 0 : (means[to] as number);
          // So that the mean of equal logits is the logit itself, to the last digit.
          means[to] = before + ((logits[from] as number) - before) / count;
        }
      }
    }
  }
}

function padImage({ image, size }: SizedImage, area: Size, [top, left]: Size): Uint8Array {
  if (area[0] === size[0] && area[1] === size[1]) return image;
  const padded = new Uint8Array(area[0] * area[1] * 3);
  for (let i = 0; i < padded.length; i++) padded[i] = PADDING_COLOR[i % 3] as number;
  const line = size[1] * 3;
  for (let y = 0; y < size[0]; y++)
    padded.set(image.subarray(y * line, (y + 1) * line), ((top + y) * area[1] + left) * 3);
  return padded;
}

function cut(image: Uint8Array, width: number, [height, windowWidth]: Size, [top, left]: Size): Uint8Array {
  if (windowWidth === width) return image.subarray(top * width * 3, (top + height) * width * 3);
  const window = new Uint8Array(height * windowWidth * 3);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * width + left) * 3;
    window.set(image.subarray(start, start + windowWidth * 3), y * windowWidth * 3);
  }
  return window;
}
