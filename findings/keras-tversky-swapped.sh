#!/usr/bin/env bash
# keras 3.15.1: Tversky's alpha weighs false negatives and beta false positives; the documentation says the reverse.
#
# Keras documents alpha as the "coefficient controlling incidence of false positives" and names Salehi et al. 2017
# (arXiv:1706.05721), whose index is TP / (TP + alpha FP + beta FN). The code exchanges prediction and label, and so FP and FN.
# With the default of 0.5 for both, Dice, nothing shows.
# Who is hurt: everyone who takes alpha 0.3 and beta 0.7 from the paper so as to miss fewer small lesions: that trains for the
# opposite, fewer false alarms and more misses. Files of settings change meaning when they move between Keras and other tools.
# Where: tversky in keras/src/losses/losses.py; keras-team/keras pull request 23333 corrects it for versions to come.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-compile keras==3.15.1 numpy==2.4.6
KERAS_BACKEND=numpy "$folder/venv/bin/python" - <<'PY'
import sys
from importlib.machinery import ModuleSpec
from unittest.mock import MagicMock


class StandIn:
    """Keras computes with NumPy here, but imports JAX and SciPy all the same: 150 MB of which the loss uses nothing."""

    def find_spec(self, name, path=None, target=None):
        return ModuleSpec(name, self, is_package=True) if name.split(".")[0] in ("jax", "scipy") else None

    def create_module(self, spec):
        return MagicMock()

    def exec_module(self, module):
        pass


sys.meta_path.insert(0, StandIn())
import keras
import numpy as np

truth = np.array([[1, 1, 1, 1, 0, 0]], "float32")
predicted = np.array([[1, 0, 0, 0, 1, 0]], "float32")
true_positives, false_positives, false_negatives = 1, 1, 3
print(f"keras {keras.__version__}: TP {true_positives}, FP {false_positives}, FN {false_negatives}")
pairs = []
for alpha, beta in [(1, 0), (0, 1), (0.3, 0.7)]:
    expected = 1 - true_positives / (true_positives + alpha * false_positives + beta * false_negatives)
    came = float(keras.losses.Tversky(alpha=alpha, beta=beta)(truth, predicted))
    pairs.append((expected, came))
    print(f"alpha {alpha}, beta {beta}: expected {expected:.4f}, came {came:.4f}")
(first, second, _) = pairs
as_described = np.allclose([first[0], second[0]], [second[1], first[1]]) and not np.isclose(*first)
print("as described: alpha and beta are exchanged" if as_described else "no longer as described")
sys.exit(0 if as_described else 1)
PY
