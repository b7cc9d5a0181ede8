import { channelsLastPixels, curveLimits, pythonHelpers } from '../python/python-helpers.ts';
import type { HelperSource } from '../source/helpers.ts';
import type { Helper } from '../source/syntax.ts';

/** The larger of a tensor and a number; for metrics and for hand-made losses. */
export const atLeast: string = `def _at_least(values, least):
    # Not ops.maximum, which on torch is of float32 also for float64 (Keras 3.15).
    return ops.clip(values, least, math.inf)`;

/** Each on arrays: masks [N, …, C], regions [N, …], sums [1, C] or [N, C]. */
export const kerasHelpers: Readonly<Record<Helper, HelperSource>> = {
  curve: {
    text: `${curveLimits}


def _solve(p, piece):
    """Where p lies on a piece: t in [0, 1], and the root that its slope needs."""
    (x0, _), (x1, _), (x2, _) = piece
    handle = min(1.0, max(0.0, (x1 - x0) / (x2 - x0)))
    u = ops.clip((p - x0) / (x2 - x0), 0, 1)
    root = ops.sqrt(handle**2 * (1 - u) + (1 - handle) ** 2 * u)
    t = ops.clip(u / _at_least(root + handle, TINY), 0, 1)
    return ops.where(u >= 1, ops.ones_like(t), t), root


def _value(p, pieces):
    total = ops.full_like(p, pieces[0][0][1])
    for piece in pieces:
        (x0, y0), (_, y1), (x2, y2) = piece
        if x2 - x0 < NARROW:  # a step
            total = total + ops.cast(p > x0, p.dtype) * (y2 - y0)
        else:
            t, _ = _solve(p, piece)
            total = total + t * (2 * (y1 - y0) + t * (y0 - 2 * y1 + y2))
    return ops.where(p >= 1, ops.full_like(p, pieces[-1][2][1]), ops.clip(total, 0, 1))


def _slope(p, pieces):
    """g'(p), finite also where the curve is vertical."""
    total = ops.zeros_like(p)
    for piece in pieces:
        (x0, y0), (_, y1), (x2, y2) = piece
        if x2 - x0 < NARROW:
            continue
        t, root = _solve(p, piece)
        rise = 2 * (y1 - y0) + 2 * t * (y0 - 2 * y1 + y2)
        slope = ops.clip(rise / _at_least(2 * (x2 - x0) * root, TINY), -STEEPEST, STEEPEST)
        total = slope if x0 <= 0 else ops.where(p > x0, slope, total)
    return total


def _curve(p, pieces):
    """g(p) for probabilities p: quadratic Bezier pieces from (0, 0) to (1, 1).

    Its slope is given, not derived, since backends differ where the curve is vertical. First
    derivatives only.
    """
    fixed = ops.stop_gradient(p)
    value, slope = _value(fixed, pieces), _slope(fixed, pieces)
    return ops.stop_gradient(value) + ops.stop_gradient(slope) * (p - fixed)`,
  },
  or: pythonHelpers.or,
  erode: {
    text: `def _erode(mask, radius, outside):
    """Minimum over a square of 2 * radius + 1 pixels; beyond the image masks are \`outside\`."""
    padding = ((0, 0), (radius, radius), (radius, radius), (0, 0))
    return -_windows_max(-ops.pad(mask, padding, constant_values=outside), radius)`,
    needs: ['dilate'],
  },
  dilate: {
    text: `def _windows_max(padded, radius):
    for window in ((2 * radius + 1, 1), (1, 2 * radius + 1)):
        padded = ops.max_pool(padded, window, strides=1, data_format="channels_last")
    return padded


def _dilate(mask, radius):
    """Maximum over the part of a square of 2 * radius + 1 pixels that lies in the image."""
    padding = ((0, 0), (radius, radius), (radius, radius), (0, 0))
    return _windows_max(ops.pad(mask, padding, constant_values=-math.inf), radius)`,
  },
  disc: pythonHelpers.disc,
  'erode disc': {
    text: `def _erode_disc(mask, outside, radius, row=1, column=1):
    """Minimum over a disc; beyond the image masks are \`outside\`."""
    return -_disc_max(-mask, _disc(radius, row, column), -outside)`,
    needs: ['dilate disc'],
  },
  'dilate disc': {
    text: `def _disc_max(mask, widths, outside):
    """Maximum over a disc, by its rows: those of one width are found together."""
    down, right = len(widths) - 1, widths[0]
    padding = ((0, 0), (down, down), (right, right), (0, 0))
    mask = ops.pad(mask, padding, constant_values=outside)
    result = None
    for width in sorted(set(widths)):
        aside = right - width
        kept = mask[:, :, aside : -aside or None]
        rows = ops.max_pool(kept, (1, 2 * width + 1), strides=1, data_format="channels_last")
        for y in range(-down, down + 1):
            if widths[abs(y)] == width:
                part = rows[:, down + y : y - down or None]
                # Not ops.maximum, which on torch is of float32 also for float64 (Keras 3.15).
                result = part if result is None else ops.where(part > result, part, result)
    return result


def _dilate_disc(mask, radius, row=1, column=1):
    """Maximum over the part of a disc that lies in the image; row, column: between pixels."""
    return _disc_max(mask, _disc(radius, row, column), -math.inf)`,
    needs: ['disc'],
  },
  edge: pythonHelpers.edge,
  'any class': {
    text: `def _any_class(mask, without_background):
    """Pixels in the mask of any class."""
    classes = mask[..., 1:] if without_background else mask
    return ops.max(classes, -1)`,
  },
  sum: {
    text: `def _sum(mask, region=None):
    """Sum over the pixels of the batch, for each class: [1, C]."""
    counted = mask if region is None else mask * ops.expand_dims(region, -1)
    return ops.sum(ops.reshape(counted, (-1, mask.shape[-1])), 0, keepdims=True)`,
  },
  'sum of images': {
    text: `def _sum_of_images(mask, region=None):
    """Sum over the pixels of each image, for each class: [N, C]."""
    counted = mask if region is None else mask * ops.expand_dims(region, -1)
    return ops.sum(counted, tuple(range(1, len(mask.shape) - 1)))`,
  },
  ratio: pythonHelpers.ratio,
  'scale classes': {
    text: `def _scale_classes(values, factors):
    """Each class by its factor; those after the last take that one."""
    factors = [factors[min(c, len(factors) - 1)] for c in range(values.shape[1])]
    return values * ops.convert_to_tensor(factors, values.dtype)`,
  },
  harmonic: pythonHelpers.harmonic,
  clamp: {
    text: `def _clamp(value, low, high):
    return ops.clip(value, low, high)`,
  },
  'above zero': {
    text: `def _above_zero(value):
    return ops.cast(value > 0, value.dtype)`,
  },
  foreground: {
    text: `def _foreground(values):
    """0 for class 0, else 1."""
    return ops.expand_dims(ops.cast(ops.arange(values.shape[1]) > 0, values.dtype), 0)`,
  },
  'any image': {
    text: `def _any_image(weights):
    return ops.cast(ops.sum(weights, 0, keepdims=True) > 0, weights.dtype)`,
  },
  mean: {
    text: `def _mean(values, weights=None):
    """Mean over classes, then over the images that have a class that counts."""
    # Not ops.mean, which is of float32 also for float64 (Keras 3.15 on JAX).
    weights = ops.ones_like(values) if weights is None else weights * ops.ones_like(values)
    total = ops.sum(weights, 1)
    means = ops.sum(values * weights, 1) / _at_least(total, EPSILON)
    images = ops.cast(total > 0, values.dtype)
    return ops.sum(means * images) / _at_least(ops.sum(images), 1)`,
  },
  'mean of images': {
    text: `def _mean_of_images(values, weights=None):
    """For each class, the mean over the images where it counts: [1, C]."""
    weights = ops.ones_like(values) if weights is None else weights * ops.ones_like(values)
    total = ops.sum(weights, 0, keepdims=True)
    return ops.sum(values * weights, 0, keepdims=True) / _at_least(total, EPSILON)`,
  },
  pixels: channelsLastPixels,
};
