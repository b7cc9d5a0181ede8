import type { LossHelper } from '../source/write-loss.ts';
import { atLeast } from './keras-helpers.ts';

/** For hand-made losses, on tensors [N, ..., C], any of whose sides may be 1; in the order in which a file has them. */
export const kerasLossHelpers: Readonly<Record<LossHelper, string>> = {
  'per class': `def _per_class(values, label):
    """A number for each class: [1, ..., C]."""
    if len(values) != label.shape[-1]:
        raise ValueError(
            f"expected logits of {len(values)} classes, for which the loss has weights, received "
            f"{label.shape[-1]}"
        )
    values = ops.convert_to_tensor(values, dtype=label.dtype)
    return ops.reshape(values, (*[1] * (len(label.shape) - 1), -1))`,
  'sum over classes': `def _sum_over_classes(values):
    return ops.sum(values, -1, keepdims=True)`,
  'sum over pixels': `def _sum_over_pixels(values):
    """Over all pixels of the batch: [1, ..., C]."""
    return ops.sum(values, tuple(range(len(values.shape) - 1)), keepdims=True)`,
  'sum over image': `def _sum_over_image(values):
    """Over the pixels of each image: [N, ..., C]."""
    return ops.sum(values, tuple(range(1, len(values.shape) - 1)), keepdims=True)`,
  'sum over images': `def _sum_over_images(values):
    return ops.sum(values, 0, keepdims=True)`,
  'at least': atLeast,
  power: `def _power(values, exponent):
    return ops.power(values, exponent)`,
  logarithm: `def _logarithm(values):
    return ops.log(values)`,
  positive: `def _positive(values):
    """1 where above 0, else 0."""
    return ops.cast(values > 0, values.dtype)`,
};
