import { MIN_PIECE_WIDTH, SLOPE_LIMIT } from '@auto-seg-loss/kernel';
import type { HelperSource } from '../source/helpers.ts';
import type { Helper } from '../source/syntax.ts';

/** The constants of every curve: the limits of `piecewiseCurve` in the kernel. */
export const tfjsCurveLimits: string = `const NARROW = ${MIN_PIECE_WIDTH}; // a narrower piece is a step
const STEEPEST = ${SLOPE_LIMIT};
const ROUND_UP = 1 + 2 ** -22; // so that the right end of a piece is met exactly
const TINY = 1e-30;`;

/** What every loss begins with. */
export const tfjsSoftmax = `/** Unlike tf.softmax, it gives exactly 1 for a class that is certain, on the native backend too. */
function softmax(logits) {
  return tf.customGrad((x, save) => {
    const powers = tf.exp(tf.sub(x, tf.max(x, 3, true)));
    const value = tf.div(powers, tf.sum(powers, 3, true));
    save([value]);
    const gradFunc = (dy, [p]) => {
      const slope = tf.mul(dy, p);
      return tf.sub(slope, tf.mul(p, tf.sum(slope, 3, true)));
    };
    return { value, gradFunc };
  })(logits);
}`;

/** What a formula calls where a prediction meets the label. */
export const tfjsAndLabel = `/** g(p) of the true class, 0 elsewhere: the curve of one class a pixel, not of all. */
function andLabel(prediction, label, pieces) {
  return tf.mul(curve(tf.sum(tf.mul(prediction, label), 3, true), pieces), label);
}`;

/** What `erode` and `dilate` share. */
export const tfjsWindows = `/** The extreme of each square of 2 * radius + 1 pixels. */
function windows(mask, radius, outside, extreme) {
  const around = [radius, radius];
  const padded = tf.pad(mask, [[0, 0], around, around, [0, 0]], outside);
  return slide(slide(padded, 2, 2 * radius + 1, extreme), 1, 2 * radius + 1, extreme);
}`;

/** What windows of all forms are made of. */
export const tfjsSlide = `/** The extreme of each \`length\` neighbours along an axis, from the extremes of fewer. */
function slide(values, axis, length, extreme) {
  let result = values;
  for (let covered = 1; covered < length; ) {
    const step = Math.min(covered, length - covered);
    const size = result.shape.map((side, i) => (i === axis ? side - step : side));
    const begin = result.shape.map((_, i) => (i === axis ? step : 0));
    result = extreme(tf.slice(result, [0, 0, 0, 0], size), tf.slice(result, begin, size));
    covered += step;
  }
  return result;
}`;

/** Each on tensors: masks [N, H, W, C], regions [N, H, W], sums [1, C] or [N, C]. */
export const tfjsHelpers: Readonly<Record<Helper, HelperSource>> = {
  sum: {
    text: `/** Sum over the pixels of the batch, for each class: [1, C]. */
function sum(mask, region) {
  return tf.sum(sumOfImages(mask, region), 0, true);
}`,
    needs: ['sum of images'],
  },
  'sum of images': {
    text: `/** Sum over the pixels of each image, for each class: [N, C]. */
function sumOfImages(mask, region) {
  const counted = region === undefined ? mask : tf.mul(mask, tf.expandDims(region, 3));
  // Row by row: on WebAssembly a sum of many numbers loses digits.
  return tf.sum(tf.sum(counted, 2), 1);
}`,
  },
  ratio: {
    text: `function divide(a, b) {
  return tf.div(a, tf.add(b, EPSILON));
}`,
  },
  'scale classes': {
    text: `/** Each class by its factor; those after the last take that one. */
function scaleClasses(values, factors) {
  const of = (c) => factors[Math.min(c, factors.length - 1)];
  return tf.mul(values, Array.from({ length: values.shape[1] }, (_, c) => of(c)));
}`,
  },
  harmonic: {
    text: `function harmonicMean(a, b) {
  return divide(tf.mul(2, tf.mul(a, b)), tf.add(a, b));
}`,
    needs: ['ratio'],
  },
  mean: {
    text: `/** Mean over classes, then over the images that have a class that counts. */
function mean(values, weights = tf.scalar(1)) {
  const counted = tf.mul(weights, tf.ones(values.shape));
  const total = tf.sum(counted, 1);
  const means = tf.div(tf.sum(tf.mul(values, counted), 1), tf.maximum(total, EPSILON));
  const images = tf.step(total);
  return tf.div(tf.sum(tf.mul(means, images)), tf.maximum(tf.sum(images), 1));
}`,
  },
  'mean of images': {
    text: `/** For each class, the mean over the images where it counts: [1, C]. */
function meanOfImages(values, weights = tf.scalar(1)) {
  const counted = tf.mul(weights, tf.ones(values.shape));
  const total = tf.maximum(tf.sum(counted, 0, true), EPSILON);
  return tf.div(tf.sum(tf.mul(values, counted), 0, true), total);
}`,
  },
  'above zero': {
    text: `/** 1 where above 0, else 0. */
function aboveZero(values) {
  return tf.step(values);
}`,
  },
  foreground: {
    text: `/** 0 for class 0, else 1: [1, C]. */
function foreground(values) {
  return tf.reshape(tf.step(tf.range(0, values.shape[1])), [1, -1]);
}`,
  },
  'any image': {
    text: `function anyImage(weights) {
  return tf.step(tf.sum(weights, 0, true));
}`,
  },
  or: {
    text: `function or(a, b) {
  return tf.sub(tf.add(a, b), tf.mul(a, b));
}`,
  },
  edge: {
    text: `/** The inner outline, one pixel thick. */
function edge(mask) {
  return tf.sub(mask, erode(mask, 1, 1));
}`,
    needs: ['erode'],
  },
  erode: {
    text: `/** Minimum over a square of 2 * radius + 1 pixels; beyond the image masks are \`outside\`. */
function erode(mask, radius, outside) {
  return windows(mask, radius, outside, tf.minimum);
}`,
  },
  dilate: {
    text: `/** Maximum over the part of a square of 2 * radius + 1 pixels that lies in the image. */
function dilate(mask, radius) {
  return windows(mask, radius, -Infinity, tf.maximum);
}`,
  },
  disc: {
    text: `/** How many pixels a disc has on either side: in its middle row, and in those after it. */
function discWidths(radius, row, column) {
  const last = Math.floor(radius / row + 1e-9);
  return Array.from({ length: last + 1 }, (_, y) => {
    const left = Math.max(0, radius * radius - row * y * (row * y));
    return Math.floor(Math.sqrt(left) / column + 1e-9);
  });
}

/** The extreme of a disc, by its rows: those of one width are found together. */
function discExtreme(mask, widths, outside, extreme) {
  const [n, h, w, c] = mask.shape;
  const down = widths.length - 1;
  const right = widths[0];
  const padded = tf.pad(mask, [[0, 0], [down, down], [right, right], [0, 0]], outside);
  let result;
  for (const width of new Set(widths)) {
    const side = [n, h + 2 * down, w + 2 * width, c];
    const rows = slide(tf.slice(padded, [0, 0, right - width, 0], side), 2, 2 * width + 1, extreme);
    for (let y = -down; y <= down; y++) {
      if (widths[Math.abs(y)] !== width) continue;
      const part = tf.slice(rows, [0, down + y, 0, 0], [n, h, w, c]);
      result = result === undefined ? part : extreme(result, part);
    }
  }
  return result;
}`,
  },
  'erode disc': {
    text: `/** Minimum over a disc; beyond the image masks are \`outside\`. */
function erodeDisc(mask, outside, radius, row = 1, column = 1) {
  return discExtreme(mask, discWidths(radius, row, column), outside, tf.minimum);
}`,
    needs: ['disc'],
  },
  'dilate disc': {
    text: `/** Maximum over the part of a disc that lies in the image; row, column: between pixels. */
function dilateDisc(mask, radius, row = 1, column = 1) {
  return discExtreme(mask, discWidths(radius, row, column), -Infinity, tf.maximum);
}`,
    needs: ['disc'],
  },
  'any class': {
    text: `/** Pixels in the mask of any class: [N, H, W]. */
function anyClass(mask, withoutBackground) {
  return tf.max(withoutBackground ? tf.slice(mask, [0, 0, 0, 1]) : mask, 3);
}`,
  },
  pixels: {
    text: `/** A share of the image's diagonal in whole pixels, halves rounded to even; at least 1. */
function wholePixels(share, mask) {
  const exact = share * Math.sqrt(mask.shape[1] ** 2 + mask.shape[2] ** 2);
  const below = Math.floor(exact);
  return Math.max(1, exact - below === 0.5 ? below + (below % 2) : Math.round(exact));
}`,
  },
  curve: {
    text: `/** g(p) for probabilities p: quadratic Bezier pieces from (0, 0) to (1, 1). */
function curve(p, pieces) {
  return tf.customGrad((x, save) => {
    save([x]);
    return {
      value: heights(x, pieces),
      gradFunc: (dy, [saved]) => tf.mul(dy, slopes(saved, pieces)),
    };
  })(p);
}

/** g(p): the sum of what each piece adds to its left end. */
function heights(p, pieces) {
  let total = tf.fill(p.shape, pieces[0][0][1]);
  for (const piece of pieces) {
    const [[x0, y0], [, y1], [x2, y2]] = piece;
    if (x2 - x0 < NARROW) {
      total = tf.add(total, tf.mul(y2 - y0, tf.cast(tf.greater(p, x0), 'float32')));
    } else {
      const { t } = solve(p, piece);
      total = tf.add(total, tf.mul(t, tf.add(2 * (y1 - y0), tf.mul(y0 - 2 * y1 + y2, t))));
    }
  }
  const end = tf.fill(p.shape, pieces[pieces.length - 1][2][1]);
  return tf.where(tf.greaterEqual(p, 1), end, limit(total, 0, 1));
}

/** g'(p), finite also where the curve is vertical: each piece takes over where it begins. */
function slopes(p, pieces) {
  let total = tf.zerosLike(p);
  for (const piece of pieces) {
    const [[x0, y0], [, y1], [x2, y2]] = piece;
    if (x2 - x0 < NARROW) continue;
    const { t, root, width } = solve(p, piece);
    const rise = tf.add(2 * (y1 - y0), tf.mul(2 * (y0 - 2 * y1 + y2), t));
    const slope = tf.div(rise, tf.maximum(tf.mul(2 * width, root), TINY));
    const limited = limit(slope, -STEEPEST, STEEPEST);
    total = x0 <= 0 ? limited : tf.where(tf.greater(p, x0), limited, total);
  }
  return total;
}

/** Where p lies on a piece: t in [0, 1], and the root that its slope needs. */
function solve(p, [[x0], [x1], [x2]]) {
  // A piece ends where it does for the numbers of tensors, which are float32.
  const start = Math.fround(x0);
  const width = Math.fround(x2) - start;
  const handle = Math.min(1, Math.max(0, (x1 - x0) / (x2 - x0)));
  const u = limit(tf.mul(tf.sub(p, start), ROUND_UP / width), 0, 1);
  const square = tf.add(tf.mul(handle ** 2, tf.sub(1, u)), tf.mul((1 - handle) ** 2, u));
  const root = tf.sqrt(square);
  const t = tf.minimum(tf.div(tf.mul(ROUND_UP, u), tf.maximum(tf.add(root, handle), TINY)), 1);
  return { t, root, width };
}`,
    needs: ['clamp'],
  },
  clamp: {
    text: `/** Unlike tf.clipByValue, it leaves NaN what it is on every backend. */
function limit(values, low, high) {
  return tf.minimum(tf.maximum(values, low), high);
}`,
  },
};
