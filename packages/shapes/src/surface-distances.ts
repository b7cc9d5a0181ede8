import { type Spacing, squaredDistances } from './distance-transform.ts';

/**
 * The surface of a mask: its pixels that have one outside of it, or the image's border, at one of their four sides. As MONAI and
 * MedPy take it (SciPy's binary erosion by a cross).
 * @param mask [h, w], nonzero inside.
 */
export function surface(mask: Uint8Array, height: number, width: number): Uint8Array {
  const found = new Uint8Array(mask.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (mask[at] === 0) continue;
      const isInner =
        y > 0 &&
        y < height - 1 &&
        x > 0 &&
        x < width - 1 &&
        mask[at - 1] !== 0 &&
        mask[at + 1] !== 0 &&
        mask[at - width] !== 0 &&
        mask[at + width] !== 0;
      if (!isInner) found[at] = 1;
    }
  }
  return found;
}

/** The distances of each pixel of one surface to the other, both ways. */
export interface SurfaceDistances {
  readonly fromPrediction: Float64Array;
  readonly fromLabel: Float64Array;
}

/** @param prediction, label masks with a pixel each, [h, w]. @returns in the unit of the spacing, in the order of the pixels. */
export function surfaceDistances(
  { prediction, label }: { readonly prediction: Uint8Array; readonly label: Uint8Array },
  height: number,
  width: number,
  spacing: Spacing,
): SurfaceDistances {
  const whole = [surface(prediction, height, width), surface(label, height, width)] as const;
  // Between two surfaces nothing counts that lies around both.
  const box = boxAround(whole, width);
  const [predicted, labelled] = whole.map((each) => cut(each, width, box)) as [Uint8Array, Uint8Array];
  const from = (own: Uint8Array, other: Uint8Array): Float64Array => {
    const squares = squaredDistances(other, box.bottom - box.top, box.right - box.left, spacing);
    return Float64Array.from(
      squares.filter((_, at) => own[at] !== 0),
      Math.sqrt,
    );
  };
  return { fromPrediction: from(predicted, labelled), fromLabel: from(labelled, predicted) };
}

/** Rows from `top` to before `bottom`, columns from `left` to before `right`. */
interface Box {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** The smallest box that holds all pixels of both masks. */
function boxAround(masks: readonly [Uint8Array, Uint8Array], width: number): Box {
  const box = { top: Number.POSITIVE_INFINITY, bottom: 0, left: width, right: 0 };
  for (const mask of masks) {
    for (let at = mask.indexOf(1); at !== -1; at = mask.indexOf(1, at + 1)) {
      const [y, x] = [Math.floor(at / width), at % width];
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y + 1);
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x + 1);
    }
  }
  return box;
}

function cut(mask: Uint8Array, width: number, { top, bottom, left, right }: Box): Uint8Array {
  const inside = new Uint8Array((bottom - top) * (right - left));
  for (let y = top; y < bottom; y++)
    inside.set(mask.subarray(y * width + left, y * width + right), (y - top) * (right - left));
  return inside;
}

/**
 * A percentile of values, between two of them by linear interpolation, as NumPy's.
 * @param values one or more. @param percent in [0, 100].
 */
export function percentile(values: Float64Array, percent: number): number {
  const sorted = values.toSorted();
  const place = (percent / 100) * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return low + (high - low) * (place - Math.floor(place));
}
