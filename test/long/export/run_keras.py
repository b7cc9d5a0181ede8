"""Values and gradients of exported Keras losses: run_keras.py FOLDER, on the backend of $KERAS_BACKEND."""

import sys

import keras
import numpy as np
from harness import cases, load, write

BACKEND = keras.backend.backend()


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


def on_tensorflow(loss, labels, logits):
    import tensorflow as tf

    x = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = loss(tf.constant(labels), x)
    gradient = tape.gradient(value, x)
    return value.numpy().item(), gradient.numpy().ravel().tolist()


def evaluate(case, kind):
    logits = np.asarray(case["logits"], kind).reshape(case["shape"])
    labels = np.asarray(case["labels"], "int32").reshape(case["shape"][:3])
    run = {"jax": on_jax, "torch": on_torch, "tensorflow": on_tensorflow}[BACKEND]
    return run(load(case["file"], "ExportedLoss")(), labels, logits)


def evaluate_all(kind):
    # A loss has the dtype of keras.config.floatx().
    keras.config.set_floatx(kind)
    if BACKEND == "jax":
        import jax

        jax.config.update("jax_disable_most_optimizations", True)
        jax.config.update("jax_enable_x64", kind == "float64")
    return [evaluate(case, kind) for case in cases(sys.argv[1])]


if BACKEND == "torch":
    # Keras on torch takes an accelerator where there is one; the numbers are those of a CPU.
    import torch

    torch.set_num_threads(1)
write(list(zip(evaluate_all("float64"), evaluate_all("float32"))))
