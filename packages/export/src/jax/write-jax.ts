import type { ExportedLoss } from '../exported-loss.ts';
import { pythonCases } from '../python/python-check.ts';
import { pythonConstants } from '../python/python-curves.ts';
import { pythonDocstring } from '../python/python-docstring.ts';
import { pythonFormula, pythonPredictions, pythonSum } from '../python/python-formula.ts';
import { lossHelpers, ownFunction, ownTerms, pythonLossSyntax } from '../python/python-loss.ts';
import { indented, pythonSyntax } from '../python/python-syntax.ts';
import { operand } from '../source/code.ts';
import { helperTexts, isPlanar } from '../source/helpers.ts';
import { writeTerms } from '../source/write-terms.ts';
import { jaxHelpers } from './jax-helpers.ts';
import { jaxLossHelpers } from './jax-loss.ts';

const TAKEN = ['EPSILON', 'NARROW', 'STEEPEST', 'TINY', 'CASES', 'check'];

const syntax = pythonLossSyntax('label.shape[-1]');

/** A loss as a Python file that needs JAX alone: a pure function of logits [N, H, W, C] and labels [N, H, W]. */
export function writeJax({ name, header, terms, handMade = [], cases }: ExportedLoss): string {
  const written = writeTerms(terms, pythonSyntax, [name, ...TAKEN], handMade.length > 0);
  const own = ownTerms(handMade, syntax);
  const predictions = pythonPredictions(written.predictions, 'logits', (of) => `jax.nn.softmax(${of}, -1)`);
  const sum = pythonSum(written.terms, own, 'valid[..., None]', 1);
  const body = [
    ...helperTexts(jaxHelpers, written.helpers),
    ...lossHelpers(own, jaxLossHelpers),
    ...written.terms.map(pythonFormula),
    ...own.map((term) =>
      ownFunction(term, 'Masks are [N, ..., C], valid is [N, ..., 1].', (value) => `${operand(value, 'atom')}.sum()`),
    ),
    REFUSE_PROBABILITIES,
    functionOf(name, predictions, sum, isPlanar(written.helpers)),
    pythonCases(cases),
    selfCheck(name),
  ].join('\n\n\n');
  const usage = [
    '',
    'How to use it:',
    `    of_logits = jax.jit(jax.value_and_grad(${name}))`,
    '    value, gradient = of_logits(logits, labels)  # (N, H, W, C), (N, H, W)',
  ];
  const constants = pythonConstants(written.curves, body);
  return [
    pythonDocstring([...header, ...usage]),
    `\n${imports(body)}`,
    ...(constants === '' ? [] : [`\n${constants}`]),
    `\n\n${body}\n`,
  ].join('\n');
}

function imports(body: string): string {
  const standard = ['functools', 'math'].filter((module) => body.includes(`${module}.`));
  return [
    ...standard.map((module) => `import ${module}`),
    ...(standard.length === 0 ? [] : ['']),
    'import jax',
    'import jax.numpy as jnp',
    ...(/\blax\./.test(body) ? ['from jax import lax'] : []),
  ].join('\n');
}

const REFUSE_PROBABILITIES = `def _refuse_probabilities(logits):
    """Where the numbers are known, which they are not within jit, grad and vmap."""
    if isinstance(logits, jax.core.Tracer) or logits.size == 0:
        return
    if logits.min() >= 0 and logits.max() <= 1 and jnp.abs(logits.sum(-1) - 1).max() < 1e-2:
        raise ValueError(
            "expected logits, received probabilities (in [0, 1], with a sum of 1 for each pixel); "
            "give what goes into the softmax, not what comes out of it"
        )`;

function functionOf(name: string, predictions: readonly string[], sum: readonly string[], planar: boolean): string {
  const statements = indented(sum);
  const logarithms = statements.includes('log_prediction')
    ? '\n    log_prediction = jax.nn.log_softmax(logits, -1)'
    : '';
  return `def ${name}(logits, labels, *, ignore_label=255):
    """The loss, a scalar: of logits (N, H, W, C), and of labels (N, H, W), classes as integers.

    Pixels whose label is \`ignore_label\`, or outside [0, C), do not count; the loss is 0 where none
    does. Computed in float32 at least. Pure: jit, grad, vmap (over batches) and hessian work.

    Logits are not normalised. Probabilities in their place are refused where the numbers are known:
    not within jit, grad and vmap, so call it once without them.
    """
    logits, labels = jnp.asarray(logits), jnp.asarray(labels)
    if logits.ndim ${planar ? '!=' : '<'} 4 or labels.shape != logits.shape[:-1]:
        raise ValueError(
            "expected logits (N, H, W, C) and labels (N, H, W)${planar ? ', images and no volumes' : ''}, received "
            f"{logits.shape} and {labels.shape}"
        )
    if logits.shape[-1] < 2:
        raise ValueError(f"expected logits of at least 2 classes, received {logits.shape[-1]}")
    if not jnp.issubdtype(labels.dtype, jnp.integer):
        raise ValueError(f"expected labels of whole numbers, received {labels.dtype}")
    logits = logits.astype(jnp.promote_types(logits.dtype, jnp.float32))
    _refuse_probabilities(logits)
${indented(predictions)}${logarithms}
    inside = (labels >= 0) & (labels < logits.shape[-1]) & (labels != ignore_label)
    classes = jnp.arange(logits.shape[-1])
    label = ((labels[..., None] == classes) & inside[..., None]).astype(logits.dtype)
    valid = inside.astype(logits.dtype)
${statements}
    return loss * inside.any()`;
}

function selfCheck(name: string): string {
  return `def check():
    """Compares with what Auto Seg-Loss computes."""
    of_logits = jax.value_and_grad(${name})
    for number, case in enumerate(CASES, 1):
        logits = jnp.asarray(case["logits"], jnp.float32).reshape(case["shape"])
        logits = logits.transpose(0, 2, 3, 1)
        labels = jnp.asarray(case["labels"]).reshape(logits.shape[:-1])
        value, gradient = of_logits(logits, labels)
        expected = jnp.asarray(case["gradient"], jnp.float32).reshape(case["shape"])
        expected = expected.transpose(0, 2, 3, 1)
        assert abs(value - case["value"]) < 1e-5, f"case {number}: {value} for {case['value']}"
        difference = jnp.abs(gradient - expected).max() / jnp.maximum(jnp.abs(expected).max(), 1e-8)
        assert difference < 1e-3, f"case {number}: the gradient differs by {difference}"
    print(f"{len(CASES)} cases agree")


if __name__ == "__main__":
    check()`;
}
