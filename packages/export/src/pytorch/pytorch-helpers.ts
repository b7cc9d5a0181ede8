import { MIN_PIECE_WIDTH, SLOPE_LIMIT } from '@auto-seg-loss/kernel';
import type { HelperSource } from '../source/helpers.ts';
import type { Helper } from '../source/syntax.ts';

/** Each on tensors: masks [N, C, H, W], regions [N, H, W], sums [1, C] or [N, C]. */
export const pytorchHelpers: Readonly<Record<Helper, HelperSource>> = {
  curve: {
    text: `def _solve(p, piece):
    """Where p lies on a piece: t in [0, 1], and the root that its slope needs."""
    (x0, _), (x1, _), (x2, _) = piece
    handle = min(1.0, max(0.0, (x1 - x0) / (x2 - x0)))
    u = ((p - x0) / (x2 - x0)).clamp(0, 1)
    square = handle**2 * (1 - u) + (1 - handle) ** 2 * u
    # Where the curve is vertical the root is 0, and its own slope not finite: it is kept out of what autograd sees.
    root = torch.where(square > 0, square, 1).sqrt() * (square > 0)
    t = (u / (root + handle).clamp(min=TINY)).clamp(max=1)
    return torch.where(u >= 1, 1, t), root


def _curve_value(p, pieces):
    total = pieces[0][0][1]
    for piece in pieces:
        (x0, y0), (_, y1), (x2, y2) = piece
        if x2 - x0 < NARROW:  # a step
            total = total + (p > x0) * (y2 - y0)
        else:
            t, _ = _solve(p, piece)
            total = total + t * (2 * (y1 - y0) + t * (y0 - 2 * y1 + y2))
    return torch.where(p >= 1, pieces[-1][2][1], total.clamp(0, 1))


def _curve_slope(p, pieces):
    total = torch.zeros_like(p)
    for piece in pieces:
        (x0, y0), (_, y1), (x2, y2) = piece
        if x2 - x0 < NARROW:
            continue
        t, root = _solve(p, piece)
        slope = (2 * (y1 - y0) + 2 * t * (y0 - 2 * y1 + y2)) / (2 * (x2 - x0) * root).clamp(min=TINY)
        slope = slope.clamp(-STEEPEST, STEEPEST)
        total = slope if x0 <= 0 else torch.where(p > x0, slope, total)
    return total


class _Curve(torch.autograd.Function):
    """g(p) with its exact slope, which is finite also where the curve is vertical."""

    @staticmethod
    def forward(ctx, p, pieces):
        ctx.save_for_backward(p)
        ctx.pieces = pieces
        return _curve_value(p, pieces)

    @staticmethod
    def backward(ctx, gradient):
        (p,) = ctx.saved_tensors
        return gradient * _curve_slope(p, ctx.pieces), None


def _curve(p, pieces):
    """g(p) for probabilities p: quadratic Bezier pieces from (0, 0) to (1, 1)."""
    return _Curve.apply(p, pieces)


NARROW = ${MIN_PIECE_WIDTH}  # a narrower piece is a step
STEEPEST = ${SLOPE_LIMIT}.0
TINY = 1e-30`,
  },
  or: {
    text: `def _or(a, b):
    return a + b - a * b`,
  },
  erode: {
    text: `def _erode(mask, radius, outside):
    """Minimum over a square of 2 * radius + 1 pixels; beyond the image masks are \`outside\`."""
    for dim in (2, 3):
        padding = (0, 0, radius, radius) if dim == 2 else (radius, radius, 0, 0)
        padded = F.pad(mask, padding, value=float(outside))
        mask = -_windows_max(-padded, radius, dim)
    return mask`,
    needs: ['dilate'],
  },
  dilate: {
    text: `def _windows_max(padded, radius, dim):
    kernel = (2 * radius + 1, 1) if dim == 2 else (1, 2 * radius + 1)
    return F.max_pool2d(padded, kernel, stride=1)


def _dilate(mask, radius):
    """Maximum over the part of a square of 2 * radius + 1 pixels that lies in the image."""
    for dim in (2, 3):
        padding = (0, 0, radius, radius) if dim == 2 else (radius, radius, 0, 0)
        mask = _windows_max(F.pad(mask, padding, value=-math.inf), radius, dim)
    return mask`,
  },
  edge: {
    text: `def _edge(mask):
    """The inner outline, one pixel thick."""
    return mask - _erode(mask, 1, 1)`,
    needs: ['erode'],
  },
  'any class': {
    text: `def _any_class(mask, without_background):
    """Pixels in the mask of any class."""
    classes = mask[:, 1:] if without_background else mask
    return classes.amax(1) if classes.shape[1] > 0 else mask[:, 0] * 0`,
  },
  sum: {
    text: `def _sum(mask, region=None):
    """Sum over the pixels of the batch, for each class: [1, C]."""
    return (mask if region is None else mask * region.unsqueeze(1)).sum((0, 2, 3)).unsqueeze(0)`,
  },
  'sum of images': {
    text: `def _sum_of_images(mask, region=None):
    """Sum over the pixels of each image, for each class: [N, C]."""
    return (mask if region is None else mask * region.unsqueeze(1)).sum((2, 3))`,
  },
  ratio: {
    text: `def _ratio(a, b):
    return a / (b + EPSILON)`,
  },
  harmonic: {
    text: `def _harmonic(a, b):
    return 2 * a * b / (a + b + EPSILON)`,
  },
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
