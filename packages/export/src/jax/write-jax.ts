import type { ExportedLoss } from '../exported-loss.ts';
import { pythonCases } from '../python/python-check.ts';
import { pythonCurve } from '../python/python-curves.ts';
import { pythonFormula, pythonSum } from '../python/python-formula.ts';
import { pythonSyntax } from '../python/python-syntax.ts';
import { helperTexts, isPlanar } from '../source/helpers.ts';
import { writeTerms } from '../source/write-terms.ts';
import { jaxHelpers } from './jax-helpers.ts';

/** A loss as a Python file that needs JAX alone: a pure function of logits [N, H, W, C] and labels [N, H, W]. */
export function writeJax({ name, header, terms, cases }: ExportedLoss): string {
  const written = writeTerms(terms, pythonSyntax, [name, 'EPSILON', 'NARROW', 'STEEPEST', 'TINY', 'CASES', 'check']);
  const { helpers } = written;
  const planar = isPlanar(helpers);
  const imports = [
    'import functools',
    ...(helpers.has('pixels') ? ['import math'] : []),
    '',
    'import jax',
    'import jax.numpy as jnp',
    ...((['erode', 'dilate', 'edge'] as const).some((helper) => helpers.has(helper)) ? ['from jax import lax'] : []),
  ];
  const parts = [
    `"""${header.join('\n')}\n"""\n\n${imports.join('\n')}`,
    `EPSILON = 1e-8  # added to denominators\n\n# Curves in place of the identity: Bezier pieces, each by start, handle and end.\n${written.curves
      .map(({ constant, curve }) => pythonCurve(constant, curve))
      .join('\n')}`,
    ...helperTexts(jaxHelpers, helpers),
    ...written.terms.map(pythonFormula),
    `def ${name}(logits, labels, *, ignore_label=255):
    """The loss, a scalar: of logits (N, H, W, C), not normalised, and labels (N, H, W), classes as integers.

    Pixels whose label is \`ignore_label\`, or outside [0, C), do not count; the loss is 0 where none
    does. Computed in float32 at least. Pure: jit, grad, vmap (over batches) and hessian work.
    """
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
    prediction = jax.nn.softmax(logits, -1)
    inside = (labels >= 0) & (labels < logits.shape[-1]) & (labels != ignore_label)
    classes = jnp.arange(logits.shape[-1])
    label = ((labels[..., None] == classes) & inside[..., None]).astype(logits.dtype)
    valid = inside.astype(logits.dtype)
    loss = ${pythonSum(written.terms)}
    return loss * inside.any()`,
    pythonCases(cases),
    `def check():
    """Compares with what Auto Seg-Loss computes."""
    for number, case in enumerate(CASES, 1):
        logits = jnp.asarray(case["logits"], jnp.float32).reshape(case["shape"])
        logits = logits.transpose(0, 2, 3, 1)
        labels = jnp.asarray(case["labels"]).reshape(logits.shape[:-1])
        value, gradient = jax.value_and_grad(${name})(logits, labels)
        expected = jnp.asarray(case["gradient"], jnp.float32).reshape(case["shape"])
        expected = expected.transpose(0, 2, 3, 1)
        assert abs(value - case["value"]) < 1e-5, f"case {number}: {value} for {case['value']}"
        difference = jnp.abs(gradient - expected).max() / jnp.maximum(jnp.abs(expected).max(), 1e-8)
        assert difference < 1e-3, f"case {number}: the gradient differs by {difference}"
    print(f"{len(CASES)} cases agree")


if __name__ == "__main__":
    check()`,
  ];
  return `${parts.join('\n\n\n')}\n`;
}
