import { curveLimits, pythonHelpers } from '../python/python-helpers.ts';
import type { HelperSource } from '../source/helpers.ts';
import type { Helper } from '../source/syntax.ts';

/** Each on tensors: masks [N, C, H, W], regions [N, H, W], sums [1, C] or [N, C]. */
export const pytorchHelpers: Readonly<Record<Helper, HelperSource>> = {
  curve: {
    text: `${curveLimits}


def _coefficients(p, piece):
    """Of u = scale * p + shift in [0, 1] and y = y0 + t * (rise + t * bend) on a piece."""
    (x0, y0), (x1, y1), (x2, y2) = piece
    if x2 - x0 < NARROW:
        numbers = (0, 0, 0, y2, 0, 0)
    else:
        scale = 1 / (x2 - x0)
        handle = min(1, max(0, (x1 - x0) * scale))
        numbers = (scale, -x0 * scale, handle, y0, 2 * (y1 - y0), y0 - 2 * y1 + y2)
    return [p.new_full((), number) for number in numbers]


def _value_and_slope(p, pieces, sloped=True):
    """g(p), and its slope, which is finite also where the curve is vertical; None if not sloped."""
    found = _coefficients(p, pieces[0])
    if pieces[0][2][0] < NARROW:  # a step at 0: at 0 itself it has not risen yet
        found[3] = torch.where(p > 0, found[3], pieces[0][0][1])
    for piece in pieces[1:]:
        x0 = piece[0][0]
        after = p > x0 if x0 < 1 else p >= 1
        found = [torch.where(after, *pair) for pair in zip(_coefficients(p, piece), found)]
    scale, shift, handle, y0, rise, bend = found
    # Exactly 1 at the end, where a root of what rounding leaves would be far from 0.
    u = torch.where(p >= 1, 1, (p * scale + shift).clamp(0, 1))
    # Not 0 where the curve is vertical: autograd, which torch.export uses, would find no slope.
    root = (handle * handle + (1 - 2 * handle) * u).clamp(min=TINY).sqrt()
    t = (u / (root + handle)).clamp(max=1)
    value = y0 + t * (rise + bend * t)
    if not sloped:
        return value, None
    slope = (rise + 2 * bend * t) * (0.5 * scale) / root
    return value, slope.clamp(-STEEPEST, STEEPEST)


class _Curve(torch.autograd.Function):
    """g(p) with its exact slope, found in the same pass."""

    @staticmethod
    def forward(ctx, p, pieces):
        value, slope = _value_and_slope(p, pieces)
        ctx.save_for_backward(p, slope)
        ctx.pieces = pieces
        return value

    @staticmethod
    def backward(ctx, gradient):
        p, slope = ctx.saved_tensors
        if torch.is_grad_enabled():  # the gradient is differentiated too
            slope = _value_and_slope(p, ctx.pieces)[1]
        return gradient * slope, None


def _curve(p, pieces):
    """g(p) for probabilities p: quadratic Bezier pieces from (0, 0) to (1, 1)."""
    if not p.requires_grad:
        return _value_and_slope(p, pieces, sloped=False)[0]
    return _Curve.apply(p, pieces)


def _and_label(prediction, label, pieces):
    """g(p) of the true class, 0 elsewhere: the curve of one class a pixel, not of all."""
    return _curve((prediction * label).sum(1, keepdim=True), pieces) * label`,
  },
  or: {
    text: `def _or(a, b):
    return torch.lerp(a, a.new_ones(()), b)`,
  },
  erode: {
    text: `def _erode(mask, radius, outside):
    """Minimum over a square of 2 * radius + 1 pixels; beyond the image masks are \`outside\`."""
    return -_windows_max(-mask, radius, -float(outside))`,
    needs: ['dilate'],
  },
  dilate: {
    text: `def _windows_max(mask, radius, outside):
    """Maximum over a square of 2 * radius + 1 pixels, by columns, then by rows."""
    size = 2 * radius + 1
    for dim in (2, 3):
        padding = (0, 0, radius, radius) if dim == 2 else (radius, radius, 0, 0)
        mask = F.pad(mask, padding, value=outside)
        if mask.requires_grad:  # where values are equal, the gradient goes to one of them
            mask = F.max_pool2d(mask, (size, 1) if dim == 2 else (1, size), stride=1)
            continue
        window = 1
        while window < size:  # twice the window from two windows
            step = min(window, size - window)
            length = mask.shape[dim] - step
            mask = torch.maximum(mask.narrow(dim, 0, length), mask.narrow(dim, step, length))
            window += step
    return mask


def _dilate(mask, radius):
    """Maximum over the part of a square of 2 * radius + 1 pixels that lies in the image."""
    return _windows_max(mask, radius, float("-inf"))`,
  },
  edge: pythonHelpers.edge,
  'any class': {
    text: `def _any_class(mask, without_background):
    """Pixels in the mask of any class."""
    classes = mask[:, 1:] if without_background else mask
    return classes.amax(1) if classes.shape[1] > 0 else mask[:, 0] * 0`,
  },
  sum: {
    text: `def _sum(mask, region=None):
    """Sum over the pixels of the batch, for each class: [1, C]."""
    mask = mask if region is None else mask * region.unsqueeze(1)
    return mask.flatten(2).sum((0, 2)).unsqueeze(0)`,
  },
  'sum of images': {
    text: `def _sum_of_images(mask, region=None):
    """Sum over the pixels of each image, for each class: [N, C]."""
    mask = mask if region is None else mask * region.unsqueeze(1)
    return mask.flatten(2).sum(2)`,
  },
  ratio: pythonHelpers.ratio,
  harmonic: pythonHelpers.harmonic,
  clamp: {
    text: `def _clamp(value, low, high):
    return value.clamp(low, high)`,
  },
  'above zero': {
    text: `def _above_zero(value):
    return (value > 0).to(value)`,
  },
  foreground: {
    text: `def _foreground(values):
    """0 for class 0, else 1."""
    return (torch.arange(values.shape[1], device=values.device) > 0).to(values).unsqueeze(0)`,
  },
  'any image': {
    text: `def _any_image(weights):
    return (weights.sum(0, keepdim=True) > 0).to(weights)`,
  },
  mean: {
    text: `def _mean(values, weights=None):
    """Mean over classes, then over the images that have a class that counts."""
    if weights is None:
        return values.mean()
    weights = weights.expand_as(values)
    total = weights.sum(1)
    means = (values * weights).sum(1) / total.clamp(min=EPSILON)
    images = (total > 0).to(means)
    return (means * images).sum() / images.sum().clamp(min=1)`,
  },
  'mean of images': {
    text: `def _mean_of_images(values, weights=None):
    """For each class, the mean over the images where it counts: [1, C]."""
    weights = torch.ones_like(values) if weights is None else weights.expand_as(values)
    return (values * weights).sum(0, keepdim=True) / weights.sum(0, keepdim=True).clamp(min=EPSILON)`,
  },
  pixels: {
    text: `def _pixels(share, mask):
    """A share of the image's diagonal in whole pixels, halves rounded to even; at least 1."""
    return max(1, round(share * math.hypot(mask.shape[2], mask.shape[3])))`,
  },
};
