import type { LossHelper } from '../source/write-loss.ts';

/** For hand-made losses, on arrays [N, ..., C], any of whose sides may be 1; in the order in which a file has them. */
export const jaxLossHelpers: Readonly<Record<LossHelper, string>> = {
  'per class': `def _per_class(values, label):
    """A number for each class: [1, ..., C]."""
    if len(values) != label.shape[-1]:
        raise ValueError(
            f"expected logits of {len(values)} classes, for which the loss has weights, received "
            f"{label.shape[-1]}"
        )
    return jnp.asarray(values, label.dtype).reshape(*[1] * (label.ndim - 1), -1)`,
  'sum over classes': `def _sum_over_classes(values):
    return values.sum(-1, keepdims=True)`,
  'sum over pixels': `def _sum_over_pixels(values):
    """Over all pixels of the batch: [1, ..., C]."""
    return values.sum(range(values.ndim - 1), keepdims=True)`,
  'sum over image': `def _sum_over_image(values):
    """Over the pixels of each image: [N, ..., C]."""
    return values.sum(range(1, values.ndim - 1), keepdims=True)`,
  'sum over images': `def _sum_over_images(values):
    return values.sum(0, keepdims=True)`,
  'at least': `def _at_least(values, least):
    return jnp.maximum(values, least)`,
  power: `def _power(values, exponent):
    return values**exponent`,
  logarithm: `def _logarithm(values):
    return jnp.log(values)`,
  positive: `def _positive(values):
    """1 where above 0, else 0."""
    return (values > 0).astype(values.dtype)`,
};
