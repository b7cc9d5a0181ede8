import { channelsLastPixels, pieceLimits, pythonHelpers } from '../python/python-helpers.ts';
import type { HelperSource } from '../source/helpers.ts';
import type { Helper } from '../source/syntax.ts';

/** Each on arrays: masks [N, …, C], regions [N, …], sums [1, C] or [N, C]. */
export const jaxHelpers: Readonly<Record<Helper, HelperSource>> = {
  curve: {
    text: `${pieceLimits}
TINY = 1e-20  # smaller squares have the root 0, so that second slopes are finite in float32 too


def _solve(p, piece):
    """Where p lies on a piece: t in [0, 1], and the root that its slope needs."""
    (x0, _), (x1, _), (x2, _) = piece
    handle = min(1.0, max(0.0, (x1 - x0) / (x2 - x0)))
    u = (p - x0) / (x2 - x0)
    u = jnp.where(u < 0, 0, jnp.where(u > 1, 1, u))
    square = handle**2 * (1 - u) + (1 - handle) ** 2 * u
    # Both sides of a where are differentiated: what is not finite is kept out of both.
    curved = square > TINY
    root = jnp.where(curved, jnp.sqrt(jnp.where(curved, square, 1)), 0)
    whole = root + handle
    return u / jnp.where(whole > 0, whole, 1), root


@functools.partial(jax.custom_jvp, nondiff_argnums=(1,))
def _curve(p, pieces):
    """g(p) for probabilities p: quadratic Bezier pieces from (0, 0) to (1, 1)."""
    total = jnp.full_like(p, pieces[0][0][1])
    for piece in pieces:
        (x0, y0), (_, y1), (x2, y2) = piece
        if x2 - x0 < NARROW:  # a step
            total = total + jnp.where(p > x0, y2 - y0, 0)
        else:
            t, _ = _solve(p, piece)
            total = total + t * (2 * (y1 - y0) + t * (y0 - 2 * y1 + y2))
    return jnp.where(p >= 1, pieces[-1][2][1], jnp.clip(total, 0, 1))


def _slope(p, pieces):
    """g'(p), finite also where the curve is vertical."""
    total = jnp.zeros_like(p)
    for piece in pieces:
        (x0, y0), (_, y1), (x2, y2) = piece
        if x2 - x0 < NARROW:
            continue
        t, root = _solve(p, piece)
        rise = 2 * (y1 - y0) + 2 * t * (y0 - 2 * y1 + y2)
        run = 2 * (x2 - x0) * root
        steep = jnp.abs(rise) >= STEEPEST * run
        slope = jnp.where(steep, jnp.sign(rise) * STEEPEST, rise / jnp.where(steep, 1, run))
        total = slope if x0 <= 0 else jnp.where(p > x0, slope, total)
    return total


@_curve.defjvp
def _curve_jvp(pieces, primals, tangents):
    (p,), (change,) = primals, tangents
    return _curve(p, pieces), _slope(p, pieces) * change`,
  },
  or: pythonHelpers.or,
  erode: {
    text: `def _erode(mask, radius, outside):
    """Minimum over a square of 2 * radius + 1 pixels; beyond the image masks are \`outside\`."""
    padding = ((0, 0), (radius, radius), (radius, radius), (0, 0))
    return -_windows_max(-jnp.pad(mask, padding, constant_values=outside), radius)`,
    needs: ['dilate'],
  },
  dilate: {
    text: `def _windows_max(padded, radius):
    for window in ((1, 2 * radius + 1, 1, 1), (1, 1, 2 * radius + 1, 1)):
        padded = lax.reduce_window(padded, -jnp.inf, lax.max, window, (1, 1, 1, 1), "VALID")
    return padded


def _dilate(mask, radius):
    """Maximum over the part of a square of 2 * radius + 1 pixels that lies in the image."""
    padding = ((0, 0), (radius, radius), (radius, radius), (0, 0))
    return _windows_max(jnp.pad(mask, padding, constant_values=-jnp.inf), radius)`,
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
    mask = jnp.pad(mask, padding, constant_values=outside)
    result = None
    for width in sorted(set(widths)):
        aside = right - width
        kept = mask[:, :, aside : -aside or None]
        window = (1, 1, 2 * width + 1, 1)
        rows = lax.reduce_window(kept, -jnp.inf, lax.max, window, (1, 1, 1, 1), "VALID")
        for y in range(-down, down + 1):
            if widths[abs(y)] == width:
                part = rows[:, down + y : y - down or None]
                result = part if result is None else jnp.maximum(result, part)
    return result


def _dilate_disc(mask, radius, row=1, column=1):
    """Maximum over the part of a disc that lies in the image; row, column: between pixels."""
    return _disc_max(mask, _disc(radius, row, column), -jnp.inf)`,
    needs: ['disc'],
  },
  edge: pythonHelpers.edge,
  'any class': {
    text: `def _any_class(mask, without_background):
    """Pixels in the mask of any class."""
    classes = mask[..., 1:] if without_background else mask
    return classes.max(-1, initial=0)`,
  },
  sum: {
    text: `def _sum(mask, region=None):
    """Sum over the pixels of the batch, for each class: [1, C]."""
    counted = mask if region is None else mask * region[..., None]
    return counted.reshape(-1, mask.shape[-1]).sum(0, keepdims=True)`,
  },
  'sum of images': {
    text: `def _sum_of_images(mask, region=None):
    """Sum over the pixels of each image, for each class: [N, C]."""
    counted = mask if region is None else mask * region[..., None]
    return counted.reshape(mask.shape[0], -1, mask.shape[-1]).sum(1)`,
  },
  ratio: pythonHelpers.ratio,
  'scale classes': {
    text: `def _scale_classes(values, factors):
    """Each class by its factor; those after the last take that one."""
    factors = [factors[min(c, len(factors) - 1)] for c in range(values.shape[1])]
    return values * jnp.asarray(factors, values.dtype)`,
  },
  harmonic: pythonHelpers.harmonic,
  clamp: {
    text: `def _clamp(value, low, high):
    return jnp.clip(value, low, high)`,
  },
  'above zero': {
    text: `def _above_zero(value):
    return (value > 0).astype(value.dtype)`,
  },
  foreground: {
    text: `def _foreground(values):
    """0 for class 0, else 1."""
    return (jnp.arange(values.shape[1]) > 0).astype(values.dtype)[None]`,
  },
  'any image': {
    text: `def _any_image(weights):
    return (weights.sum(0, keepdims=True) > 0).astype(weights.dtype)`,
  },
  mean: {
    text: `def _mean(values, weights=None):
    """Mean over classes, then over the images that have a class that counts."""
    if weights is None:
        return values.mean()
    weights = jnp.broadcast_to(weights, values.shape)
    total = weights.sum(1)
    means = (values * weights).sum(1) / jnp.maximum(total, EPSILON)
    images = (total > 0).astype(values.dtype)
    return (means * images).sum() / jnp.maximum(images.sum(), 1)`,
  },
  'mean of images': {
    text: `def _mean_of_images(values, weights=None):
    """For each class, the mean over the images where it counts: [1, C]."""
    weights = jnp.ones_like(values) if weights is None else jnp.broadcast_to(weights, values.shape)
    total = weights.sum(0, keepdims=True)
    return (values * weights).sum(0, keepdims=True) / jnp.maximum(total, EPSILON)`,
  },
  pixels: channelsLastPixels,
};
