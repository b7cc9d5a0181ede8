import { curveLimits, pythonHelpers } from '../python/python-helpers.ts';
import type { HelperSource } from '../source/helpers.ts';
import type { Helper } from '../source/syntax.ts';

/** Each on tensors: masks [N, C, H, W], regions [N, H, W], sums [1, C] or [N, C]. */
export const pytorchHelpers: Readonly<Record<Helper, HelperSource>> = {
  curve: {
    text: `${curveLimits}


def _piece(p, piece, sloped):
    """Value and slope on a piece, beside it those at its ends; and how far p is after its start."""
    (x0, y0), (x1, y1), (x2, y2) = piece
    width = x2 - x0
    if width < NARROW:  # a step
        after = (p - x0).clamp_(0, 1).ceil_() if x0 < 1 else p.floor()
        return after * (y2 - y0) + y0, torch.zeros_like(p), after
    handle = min(width, max(0, x1 - x0))
    into = (p - x0).clamp_(0, width)
    # From the end where the root is smaller: a curve may be vertical there.
    nearer, least = into, handle
    if 2 * handle > width:
        nearer, least = (x2 - p).clamp_(0, width), width - handle
    # Not 0 there: autograd, which torch.export uses, would find no slope.
    root = (nearer * (width - 2 * least)).add_(least * least + TINY).sqrt_()
    t = into / (root + handle)
    rise, bend = y1 - y0, y0 - 2 * y1 + y2
    value = (t * bend).add_(2 * rise).mul_(t).add_(y0)
    slope = (t * bend).add_(rise).div_(root).clamp_(-STEEPEST, STEEPEST) if sloped else None
    return value, slope, into


def _value_and_slope(p, pieces, sloped=True):
    """g(p), and its slope, which is finite also where the curve is vertical; None if not sloped.

    In place, without comparisons, and every piece for all p: comparing and picking takes longer.
    """
    value, slope, _ = _piece(p, pieces[0], sloped)
    for piece in pieces[1:]:
        further, steeper, into = _piece(p, piece, sloped)
        after = into.ceil()  # 1 there, else 0
        value.lerp_(further, after)
        if sloped:
            slope.lerp_(steeper, after)
    return value, slope


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
    text: `def _steps(size):
    """By how much windows are shifted, time after time, until two make one of this size."""
    window = 1
    while window < size:
        step = min(window, size - window)
        yield step
        window += step


def _neighbours(mask, step, dim):
    length = mask.shape[dim] - step
    return mask.narrow(dim, 0, length), mask.narrow(dim, step, length)


def _largest(mask, size, dim):
    """Maximum over \`size\` neighbours along a dimension."""
    for step in _steps(size):
        mask = torch.maximum(*_neighbours(mask, step, dim))
    return mask


class _Largest(torch.autograd.Function):
    """_largest; of equal neighbours, one has the gradient."""

    @staticmethod
    def forward(ctx, mask, size, dim):
        ctx.save_for_backward(mask)
        ctx.size, ctx.dim = size, dim
        return _largest(mask, size, dim)

    @staticmethod
    def backward(ctx, gradient):
        (mask,), steps, dim = ctx.saved_tensors, [*_steps(ctx.size)], ctx.dim
        masks = [mask]
        for step in steps[:-1]:
            masks.append(torch.maximum(*_neighbours(masks[-1], step, dim)))
        for mask, step in zip(reversed(masks), reversed(steps)):
            first, second = _neighbours(mask, step, dim)
            # That where the first is larger, by arithmetic: quicker than a comparison.
            of_first = (first - second).clamp_(0, 1).ceil_().mul_(gradient)
            gradient = F.pad(gradient, (0, 0, step, 0) if dim == 2 else (step, 0))
            first, second = _neighbours(gradient, step, dim)
            second.sub_(of_first)
            first.add_(of_first)
        return gradient, None, None


def _windows_max(mask, radius, outside):
    """Maximum over a square of 2 * radius + 1 pixels, by columns, then by rows."""
    mask = F.pad(mask, (radius,) * 4, value=outside)
    # Compilers fuse what is written plainly.
    largest = _largest if torch.compiler.is_compiling() else _Largest.apply
    return largest(largest(mask, 2 * radius + 1, 2), 2 * radius + 1, 3)


def _dilate(mask, radius):
    """Maximum over the part of a square of 2 * radius + 1 pixels that lies in the image."""
    return _windows_max(mask, radius, -1e30)`,
  },
  disc: pythonHelpers.disc,
  'erode disc': {
    text: `def _erode_disc(mask, outside, radius, row=1, column=1):
    """Minimum over a disc; beyond the image masks are \`outside\`."""
    return -_disc_max(-mask, _disc(radius, row, column), -float(outside))`,
    needs: ['dilate disc'],
  },
  'dilate disc': {
    text: `def _disc_max(mask, widths, outside):
    """Maximum over a disc, by its rows: those of one width are found together."""
    down, right = len(widths) - 1, widths[0]
    mask = F.pad(mask, (right, right, down, down), value=outside)
    largest = _largest if torch.compiler.is_compiling() else _Largest.apply
    result = None
    for width in sorted(set(widths)):
        aside = right - width
        rows = largest(mask[..., aside : -aside or None], 2 * width + 1, 3)
        for y in range(-down, down + 1):
            if widths[abs(y)] == width:
                part = rows[:, :, down + y : y - down or None]
                result = part if result is None else torch.maximum(result, part)
    return result


def _dilate_disc(mask, radius, row=1, column=1):
    """Maximum over the part of a disc that lies in the image; row, column: between pixels."""
    return _disc_max(mask, _disc(radius, row, column), -1e30)`,
    needs: ['dilate', 'disc'],
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
  'scale classes': {
    text: `def _scale_classes(values, factors):
    """Each class by its factor; those after the last take that one."""
    factors = [factors[min(c, len(factors) - 1)] for c in range(values.shape[1])]
    return values * values.new_tensor(factors)`,
  },
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
