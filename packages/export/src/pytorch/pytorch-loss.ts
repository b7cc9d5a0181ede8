import { helperName, pythonNumber, pythonSyntax } from '../python/python-syntax.ts';
import { operand } from '../source/code.ts';
import type { LossHelper, LossSyntax } from '../source/write-loss.ts';
import type { LossInput } from '../trace/loss-program.ts';

const INPUTS: Readonly<Record<LossInput, string>> = {
  probability: 'prediction',
  logProbability: 'log_prediction',
  label: 'label',
  valid: 'valid',
  classes: 'label.shape[1]',
};

/** PyTorch for hand-made losses: everything has the logits' number of axes. */
export const pytorchLossSyntax: LossSyntax = {
  ...pythonSyntax,
  divide: (a, b) => ({
    text: `${operand(a, 'product')} / ${operand(b, 'atom')}`,
    binds: 'product',
  }),
  input: (input) => ({ text: INPUTS[input], binds: 'atom' }),
  numbers: (values) => ({
    text: `(${values.map(pythonNumber).join(', ')},)`,
    binds: 'atom',
  }),
  helper: (helper, parameters) => ({
    text: `${helperName(helper)}(${parameters.map(({ text }) => text).join(', ')})`,
    binds: 'atom',
  }),
};

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
