"""What Keras does with exported losses: use_keras.py FOLDER, with cases.json. Raises where something does not hold."""

import pathlib
import sys

import keras
import numpy as np
from harness import cases, load, refused


def network(classes, loss):
    pixels = keras.Input((None, None, 2))
    model = keras.Model(pixels, keras.layers.Conv2D(classes, 1)(pixels))
    model.compile(keras.optimizers.SGD(0.5), loss=loss)
    return model


def check(case):
    kind = load(case["file"], "ExportedLoss")
    loss = kind(ignore_label=7)
    logits = np.asarray(case["logits"], "float32").reshape(case["shape"])
    labels = np.asarray(case["labels"], "int32").reshape(case["shape"][:3])
    value = float(loss(labels, logits))
    assert np.isfinite(value)
    assert float(loss(labels[..., None], logits)) == value
    assert float(kind(reduction="sum")(labels, logits)) == value

    # Saved and made again.
    again = kind.from_config(loss.get_config())
    assert (again.ignore_label, again.name, again.dtype) == (7, loss.name, loss.dtype)
    double = kind.from_config(kind(dtype="float64").get_config())
    assert double.dtype == "float64", double.dtype
    registered = keras.losses.deserialize(keras.losses.serialize(loss))
    assert isinstance(registered, kind)
    assert registered.ignore_label == 7
    assert float(registered(labels, logits)) == value

    # Pixels that do not count, by the label that was said.
    ignored = np.where(np.arange(labels.size).reshape(labels.shape) % 3 == 0, 7, labels)
    outside = np.where(ignored == 7, -1, labels)
    assert float(loss(ignored, logits)) == float(kind()(outside, logits))

    # It is one number of the batch: weights of samples would be lost, and are refused.
    refused(lambda: loss(labels, logits, sample_weight=np.ones(len(labels))), "sample_weight")
    refused(lambda: loss(labels[:, :1], logits), "y_true")
    exponents = np.exp(logits - logits.max(-1, keepdims=True))
    probabilities = exponents / exponents.sum(-1, keepdims=True)
    refused(lambda: kind()(labels, probabilities), "received probabilities")
    loss(labels, probabilities)  # it has seen logits: later calls cost no pass

    # A training on one batch.
    pictures = np.stack([np.cos(labels), np.sin(labels)], -1).astype("float32")
    model = network(case["shape"][-1], kind())
    history = model.fit(pictures, labels, epochs=5, batch_size=len(labels), verbose=0).history["loss"]
    assert history[-1] < history[0], history
    path = pathlib.Path(sys.argv[1]) / "model.keras"
    model.save(path)
    opened = keras.saving.load_model(path)
    assert isinstance(opened.loss, kind)
    same = abs(opened.evaluate(pictures, labels, verbose=0) - model.evaluate(pictures, labels, verbose=0))
    assert same < 1e-6, same
    # A fit that is refused leaves a model on JAX without its variables.
    weights = {"sample_weight": np.ones(len(labels))}
    other = network(case["shape"][-1], kind())
    refused(lambda: other.fit(pictures, labels, verbose=0, **weights), "sample_weight")


keras.utils.set_random_seed(1)
for each in cases(sys.argv[1]):
    check(each)
print("all hold")
