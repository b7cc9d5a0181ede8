"""Values and gradients of exported JAX losses: run_jax.py FOLDER, with cases.json and a file for each."""

import sys

import jax
import jax.numpy as jnp
from harness import cases, load, write

jax.config.update("jax_enable_x64", True)


def evaluate(case, kind):
    logits = jnp.asarray(case["logits"], kind).reshape(case["shape"])
    labels = jnp.asarray(case["labels"], jnp.int32).reshape(case["shape"][:3])
    value, gradient = jax.value_and_grad(load(case["file"], "exported_loss"))(logits, labels)
    return value.item(), gradient.ravel().tolist()


folder = sys.argv[1]
write([[evaluate(case, kind) for kind in (jnp.float64, jnp.float32)] for case in cases(folder)])
