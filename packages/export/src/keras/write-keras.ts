import type { ExportedLoss } from '../exported-loss.ts';
import { pythonCases } from '../python/python-check.ts';
import { pythonConstants } from '../python/python-curves.ts';
import { pythonDocstring } from '../python/python-docstring.ts';
import { pythonFormula, pythonPredictions, pythonSum } from '../python/python-formula.ts';
import { lossHelpers, ownFunction, ownTerms, pythonLossSyntax } from '../python/python-loss.ts';
import { indented, pythonSyntax } from '../python/python-syntax.ts';
import { helperTexts, isPlanar } from '../source/helpers.ts';
import { writeTerms } from '../source/write-terms.ts';
import { atLeast, kerasHelpers } from './keras-helpers.ts';
import { kerasLossHelpers } from './keras-loss.ts';

const TAKEN = ['EPSILON', 'NARROW', 'STEEPEST', 'TINY', 'CASES', 'check'];

const syntax = pythonLossSyntax('label.shape[-1]');

/** A loss as a Python file that needs Keras 3 alone, on any backend: a loss of labels [N, H, W] and logits [N, H, W, C]. */
export function writeKeras({ name, header, terms, handMade = [], cases }: ExportedLoss): string {
  const written = writeTerms(terms, pythonSyntax, [name, ...TAKEN], handMade.length > 0);
  const own = ownTerms(handMade, syntax);
  const predictions = pythonPredictions(written.predictions, 'y_pred', (of) => `ops.softmax(${of}, -1)`);
  const sum = pythonSum(written.terms, own, 'pixels', 2);
  const shapes = 'Masks are [N, ..., C], valid is [N, ..., 1].';
  const helpers = [...helperTexts(kerasHelpers, written.helpers), ...lossHelpers(own, kerasLossHelpers)];
  const body = [
    ...(helpers.some((text) => text.includes('_at_least(')) ? [atLeast] : []),
    ...helpers.filter((text) => text !== atLeast),
    ...written.terms.map(pythonFormula),
    ...own.map((term) => ownFunction(term, shapes, ({ text }) => `ops.sum(${text})`)),
    REFUSE_PROBABILITIES,
    classOf(name, predictions, sum, isPlanar(written.helpers)),
    pythonCases(cases),
    selfCheck(name),
  ].join('\n\n\n');
  const usage = [
    '',
    'How to use it:',
    `    model.compile(optimizer, loss=${name}())`,
    'The model has no softmax at its end; labels are (N, H, W) or (N, H, W, 1).',
  ];
  const constants = pythonConstants(written.curves, body);
  return [
    pythonDocstring([...header, ...usage]),
    `\n${/\bmath\./.test(body) ? 'import math\n\n' : ''}import keras\nfrom keras import ops`,
    ...(constants === '' ? [] : [`\n${constants}`]),
    `\n\n${body}\n`,
  ].join('\n');
}

const REFUSE_PROBABILITIES = `def _has_seen_logits(y_pred):
    """Whether the numbers are known, not being traced by the backend; refuses probabilities."""
    try:
        values = ops.convert_to_numpy(y_pred)
    except (RuntimeError, TypeError, ValueError):  # of what is traced: each backend has its own
        return False
    within = values.size > 0 and values.min() >= 0 and values.max() <= 1
    if within and abs(values.sum(-1, dtype="float64") - 1).max() < 1e-2:
        raise ValueError(
            "expected logits, received probabilities (in [0, 1], with a sum of 1 for each pixel); "
            "give what goes into the softmax, not what comes out of it"
        )
    return True`;

function classOf(name: string, predictions: readonly string[], sum: readonly string[], planar: boolean): string {
  const statements = indented(sum, 2);
  const logarithms = statements.includes('log_prediction')
    ? '\n        log_prediction = ops.log_softmax(y_pred, -1)'
    : '';
  return `@keras.saving.register_keras_serializable(package="auto_seg_loss")
class ${name}(keras.losses.Loss):
    """loss(y_true, y_pred): y_true (N, H, W) or (N, H, W, 1), classes; y_pred logits (N, H, W, C).

    Pixels whose class is \`ignore_label\`, or outside [0, C), do not count; the loss is 0 where none
    does. It is one number for the whole batch, whatever the reduction, and has no weights of
    samples: \`sample_weight\` and \`class_weight\` are refused. First derivatives only.

    Logits are not normalised. Probabilities in their place are refused in the first call in which
    the numbers are known: not while a backend traces or compiles, as \`fit\` lets JAX and TensorFlow.
    """

    def __init__(self, ignore_label=255, **options):
        super().__init__(**options)
        self.ignore_label = ignore_label
        self._has_seen_logits = False

    def __call__(self, y_true, y_pred, sample_weight=None):
        if sample_weight is not None:
            raise ValueError(
                "the loss is one of the whole batch and has no weights of samples; leave out "
                "sample_weight and class_weight, and give pixels that shall not count the label "
                f"{self.ignore_label}"
            )
        if not self._has_seen_logits:
            self._has_seen_logits = _has_seen_logits(y_pred)
        return super().__call__(y_true, y_pred)

    def call(self, y_true, y_pred):
        if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1:
            y_true = ops.squeeze(y_true, -1)
        if len(y_pred.shape) ${planar ? '!=' : '<'} 4 or len(y_true.shape) != len(y_pred.shape) - 1:
            raise ValueError(
                "expected y_true (N, H, W) and logits y_pred (N, H, W, C)${planar ? ', images and no volumes' : ''}, "
                f"received {y_true.shape} and {y_pred.shape}"
            )
        sides = zip(y_true.shape, y_pred.shape)
        if any(None not in (own, other) and own != other for own, other in sides):
            raise ValueError(
                "expected y_true of the logits' size, one class for each pixel, received "
                f"{y_true.shape} for {y_pred.shape}"
            )
        if y_pred.shape[-1] < 2:
            raise ValueError(f"expected logits of at least 2 classes, received {y_pred.shape[-1]}")
        y_true = ops.cast(y_true, "int32")
        classes = y_pred.shape[-1]
${indented(predictions, 2)}${logarithms}
        inside = ops.logical_and(y_true >= 0, y_true < classes)
        inside = ops.logical_and(inside, y_true != self.ignore_label)
        valid = ops.cast(inside, y_pred.dtype)
        same = ops.equal(ops.expand_dims(y_true, -1), ops.arange(classes, dtype="int32"))
        pixels = ops.expand_dims(valid, -1)
        label = ops.cast(same, y_pred.dtype) * pixels
${statements}
        return loss * ops.max(valid)

    def get_config(self):
        return {**super().get_config(), "ignore_label": self.ignore_label, "dtype": self.dtype}`;
}

function selfCheck(name: string): string {
  return `def check():
    """Compares with the values that Auto Seg-Loss computes."""
    loss = ${name}()
    for number, case in enumerate(CASES, 1):
        n, c, h, w = case["shape"]
        logits = ops.reshape(ops.convert_to_tensor(case["logits"], "float32"), (n, c, h, w))
        logits = ops.transpose(logits, (0, 2, 3, 1))
        labels = ops.reshape(ops.convert_to_tensor(case["labels"], "int32"), (n, h, w))
        value = float(loss(labels, logits))
        assert abs(value - case["value"]) < 1e-5, f"case {number}: {value} for {case['value']}"
    print(f"{len(CASES)} cases agree")


if __name__ == "__main__":
    check()`;
}
