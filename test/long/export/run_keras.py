"""Values and gradients of exported Keras losses: run_keras.py FOLDER, on the backend of $KERAS_BACKEND: jax or torch."""

import sys

import keras
import numpy as np
from harness import cases, load, write


def on_jax(loss, labels, logits):
    import jax

    value, gradient = jax.value_and_grad(lambda x: loss(labels, x))(jax.numpy.asarray(logits))
    return value.item(), np.asarray(gradient).ravel().tolist()


def on_torch(loss, labels, logits):
    import torch

    x = torch.tensor(logits).requires_grad_()
    value = loss(torch.tensor(labels), x)
    value.backward()
    return value.item(), x.grad.flatten().tolist()


def evaluate(case, kind):
    logits = np.asarray(case["logits"], kind).reshape(case["shape"])
    labels = np.asarray(case["labels"], "int32").reshape(case["shape"][:3])
    # A loss has the dtype of keras.config.floatx().
    keras.config.set_floatx(kind)
    run = on_jax if keras.backend.backend() == "jax" else on_torch
    return run(load(case["file"], "ExportedLoss")(), labels, logits)


if keras.backend.backend() == "jax":
    import jax

    jax.config.update("jax_enable_x64", True)
else:
    # Keras on torch takes an accelerator where there is one; the numbers are those of a CPU.
    import torch

    torch.set_num_threads(1)
folder = sys.argv[1]
write([[evaluate(case, kind) for kind in ("float64", "float32")] for case in cases(folder)])
