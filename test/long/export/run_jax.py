"""Values and gradients of exported JAX losses: run_jax.py FOLDER, with cases.json and a file for each."""

import sys

import jax
import jax.numpy as jnp
from harness import cases, load, write

# Operation by operation: each is compiled once for a shape, and goes on to the next file. It is compiling that takes the time.
jax.config.update("jax_disable_most_optimizations", True)


def evaluate(case, kind):
    logits = jnp.asarray(case["logits"], kind).reshape(case["shape"])
    labels = jnp.asarray(case["labels"], jnp.int32).reshape(case["shape"][:3])
    value, gradient = jax.value_and_grad(load(case["file"], "exported_loss"))(logits, labels)
    assert value.dtype == kind, f"{value.dtype} for {kind}"
    return value.item(), gradient.ravel().tolist()


def evaluate_all(x64, kind):
    jax.config.update("jax_enable_x64", x64)
    return [evaluate(case, kind) for case in cases(sys.argv[1])]


write(list(zip(evaluate_all(True, jnp.float64), evaluate_all(False, jnp.float32))))
