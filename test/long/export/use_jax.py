"""What JAX does with exported losses: use_jax.py FOLDER, with cases.json. Raises where something does not hold."""

import sys

import jax
import jax.numpy as jnp
import numpy as np
from harness import cases, load, refused

jax.config.update("jax_enable_x64", True)
# It is compiling that takes the time.
jax.config.update("jax_disable_most_optimizations", True)


def close(a, b, limit=1e-9):
    assert bool(jnp.isfinite(a).all()), f"not finite: {a}"
    difference = float(jnp.abs(jnp.asarray(a) - jnp.asarray(b)).max())
    assert difference < limit, f"differs by {difference}"


def cross_entropy(logits, labels):
    """JAX's own; optax's where it is there."""
    counted = (labels >= 0) & (labels < logits.shape[-1])
    safe = jnp.where(counted, labels, 0)
    try:
        import optax

        each = optax.softmax_cross_entropy_with_integer_labels(logits, safe)
    except ImportError:
        each = -jnp.take_along_axis(jax.nn.log_softmax(logits), safe[..., None], -1)[..., 0]
    return jnp.where(counted, each, 0).sum() / counted.sum()


def check(case):
    loss = load(case["file"], "exported_loss")
    logits = jnp.asarray(case["logits"], jnp.float64).reshape(case["shape"])
    labels = jnp.asarray(case["labels"], jnp.int32).reshape(case["shape"][:3])
    both = jax.value_and_grad(loss)
    value, gradient = both(logits, labels)

    close(loss(logits, labels), value)
    for result, expected in zip(jax.jit(both)(logits, labels), (value, gradient)):
        close(result, expected)
    mirrored = logits[:, ::-1]
    batches = jnp.stack([logits, mirrored]), jnp.stack([labels, labels])
    for results, expected in zip(jax.vmap(both)(*batches), zip((value, gradient), both(mirrored, labels))):
        close(results[0], expected[0])
        close(results[1], expected[1])
    close(jax.jacfwd(loss)(logits, labels), gradient)

    # Second derivatives, along one direction, beside differences of the gradient.
    direction = jnp.cos(jnp.arange(logits.size, dtype=logits.dtype)).reshape(logits.shape)
    turned = jax.jvp(lambda x: jax.grad(loss)(x, labels), (logits,), (direction,))[1]
    step = 1e-5
    moved = [jax.grad(loss)(logits + by * direction, labels) for by in (step, -step)]
    close(turned, (moved[0] - moved[1]) / (2 * step), 1e-4 * max(1.0, float(jnp.abs(turned).max())))
    # Probabilities of exactly 0 and 1, in float32: finite, as everything of them is.
    certain = jnp.where(labels[..., None] == jnp.arange(logits.shape[-1]), 400.0, -400.0).astype(jnp.float32)
    for sure in (certain, -certain):
        close(loss(sure, labels), both(sure, labels)[0], 1e-5)
        hessian = jax.hessian(loss)(sure[:1], labels[:1])
        assert bool(jnp.isfinite(hessian).all()), "the hessian of sure predictions is not finite"

    close(loss(np.asarray(logits), np.asarray(labels)), value)
    half = loss(logits.astype(jnp.bfloat16), labels)
    assert half.dtype == jnp.float32, half.dtype
    refused(lambda: loss(jax.nn.softmax(logits), labels), "received probabilities")
    both(jax.nn.softmax(logits), labels)  # traced: its numbers are not known
    refused(lambda: loss(logits, labels[:, :1]), "expected logits (N, H, W, C)")
    refused(lambda: loss(logits, labels.astype(jnp.float32)), "whole numbers")
    if case["name"] == "cross-entropy":
        expected, slopes = jax.value_and_grad(cross_entropy)(logits, labels)
        close(value, expected)
        close(gradient, slopes)


for each in cases(sys.argv[1]):
    check(each)
print("all hold")
