import type { ExportedLoss } from '../exported-loss.ts';
import { pythonCases } from '../python/python-check.ts';
import { pythonCurve } from '../python/python-curves.ts';
import { pythonFormula, pythonSum } from '../python/python-formula.ts';
import { pythonSyntax } from '../python/python-syntax.ts';
import { helperTexts, isPlanar } from '../source/helpers.ts';
import { writeTerms } from '../source/write-terms.ts';
import { kerasHelpers } from './keras-helpers.ts';

const TAKEN = ['EPSILON', 'NARROW', 'STEEPEST', 'TINY', 'CASES', 'check'];

/** A loss as a Python file that needs Keras 3 alone, on any backend: a loss of labels [N, H, W] and logits [N, H, W, C]. */
export function writeKeras({ name, header, terms, cases }: ExportedLoss): string {
  const written = writeTerms(terms, pythonSyntax, [name, ...TAKEN]);
  const helpers = helperTexts(kerasHelpers, written.helpers);
  const planar = isPlanar(written.helpers);
  const body = [
    ...helpers,
    ...written.terms.map(pythonFormula),
    classOf(name, pythonSum(written.terms), planar),
    pythonCases(cases),
    selfCheck(name),
  ].join('\n\n\n');
  const constants = [
    'EPSILON = 1e-8  # added to denominators',
    [
      '# Curves in place of the identity, as quadratic Bezier pieces: start, handle, end.',
      ...written.curves.map(({ constant, curve }) => pythonCurve(constant, curve)),
    ].join('\n'),
  ].join('\n\n');
  const imports = `${/\bmath\./.test(body) ? 'import math\n\n' : ''}import keras\nfrom keras import ops`;
  return `"""${header.join('\n')}\n"""\n\n${imports}\n\n${constants}\n\n\n${body}\n`;
}

function classOf(name: string, loss: string, planar: boolean): string {
  return `@keras.saving.register_keras_serializable(package="auto_seg_loss")
class ${name}(keras.losses.Loss):
    """loss(y_true, y_pred): y_true (N, H, W) or (N, H, W, 1), classes; y_pred logits (N, H, W, C).

    Logits are not normalised. Pixels whose class is \`ignore_label\`, or outside [0, C), do not count;
    the loss is 0 where none does. It is a loss of the whole batch: sample weights are refused.
    """

    def __init__(self, ignore_label=255, name="${name}", **options):
        super().__init__(name=name, **options)
        self.ignore_label = ignore_label

    def __call__(self, y_true, y_pred, sample_weight=None):
        if sample_weight is not None:
            raise ValueError(
                "the loss is one of the whole batch and has no weights of samples; leave out "
                "sample_weight, and give pixels that shall not count the label ignore_label"
            )
        return super().__call__(y_true, y_pred)

    def call(self, y_true, y_pred):
        if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1:
            y_true = ops.squeeze(y_true, -1)
        if len(y_pred.shape) ${planar ? '!=' : '<'} 4 or len(y_true.shape) != len(y_pred.shape) - 1:
            raise ValueError(
                "expected y_true (N, H, W) and logits y_pred (N, H, W, C)${planar ? ', images and no volumes' : ''}, "
                f"received {y_true.shape} and {y_pred.shape}"
            )
        if y_pred.shape[-1] < 2:
            raise ValueError(f"expected logits of at least 2 classes, received {y_pred.shape[-1]}")
        y_true = ops.cast(y_true, "int32")
        classes = y_pred.shape[-1]
        prediction = ops.softmax(y_pred, -1)
        inside = ops.logical_and(y_true >= 0, y_true < classes)
        inside = ops.logical_and(inside, y_true != self.ignore_label)
        valid = ops.cast(inside, y_pred.dtype)
        same = ops.equal(ops.expand_dims(y_true, -1), ops.arange(classes, dtype="int32"))
        label = ops.cast(same, y_pred.dtype) * ops.expand_dims(valid, -1)
        loss = ${loss}
        return loss * ops.max(valid)

    def get_config(self):
        return {**super().get_config(), "ignore_label": self.ignore_label}`;
}

function selfCheck(name: string): string {
  return `def check():
    """Compares with the values that Auto Seg-Loss computes."""
    for number, case in enumerate(CASES, 1):
        n, c, h, w = case["shape"]
        logits = ops.reshape(ops.convert_to_tensor(case["logits"], "float32"), (n, c, h, w))
        labels = ops.reshape(ops.convert_to_tensor(case["labels"], "int32"), (n, h, w))
        value = float(${name}()(labels, ops.transpose(logits, (0, 2, 3, 1))))
        assert abs(value - case["value"]) < 1e-5, f"case {number}: {value} for {case['value']}"
    print(f"{len(CASES)} cases agree")


if __name__ == "__main__":
    check()`;
}
