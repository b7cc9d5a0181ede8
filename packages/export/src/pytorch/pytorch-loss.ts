import { pythonLossSyntax } from '../python/python-loss.ts';
import type { LossHelper, LossSyntax } from '../source/write-loss.ts';

/** PyTorch for hand-made losses: everything has the logits' number of axes. */
export const pytorchLossSyntax: LossSyntax = pythonLossSyntax('label.shape[1]');

/** In the order in which a file has them. */
export const pytorchLossHelpers: Readonly<Record<LossHelper, string>> = {
  'per class': `def _per_class(values, label):
    """A number for each class: [1, C, 1, 1]."""
    assert len(values) == label.shape[1], f"the loss is for {len(values)} classes"
    return torch.tensor(values, dtype=label.dtype, device=label.device).view(
        1, -1, *[1] * (label.dim() - 2)
    )`,
  'sum over classes': `def _sum_over_classes(values):
    return values.sum(1, keepdim=True)`,
  'sum over pixels': `def _sum_over_pixels(values):
    """Over all pixels of the batch: [1, C, 1, 1]."""
    return values.sum((0, *range(2, values.dim())), keepdim=True)`,
  'sum over image': `def _sum_over_image(values):
    """Over the pixels of each image: [N, C, 1, 1]."""
    return values.sum(tuple(range(2, values.dim())), keepdim=True)`,
  'sum over images': `def _sum_over_images(values):
    return values.sum(0, keepdim=True)`,
  'at least': `def _at_least(values, least):
    return values.clamp(min=least)`,
  power: `def _power(values, exponent):
    return values**exponent`,
  logarithm: `def _logarithm(values):
    return values.log()`,
  positive: `def _positive(values):
    """1 where above 0, else 0."""
    return (values > 0).to(values)`,
};
