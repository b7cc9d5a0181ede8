#!/usr/bin/env bash
# keras 3.15.1 on jax 0.10.2: the mean of float64 numbers is one of float32, and says float64.
#
# keras.ops.mean of a float64 tensor, with jax_enable_x64, has the dtype float64 and about seven right digits; keras.ops.sum of the
# same tensor has sixteen, and so has numpy's mean. keras.ops.var and average come back as float32. Expected is the precision that
# the result's dtype promises. Who is hurt: losses and metrics that are checked in float64 against a reference or by finite
# differences, where every mean limits them to 1e-8; sums divided by their number are exact.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet keras==3.15.1 jax==0.10.2 numpy
cat > check.py <<'PY'
import os

os.environ["KERAS_BACKEND"] = "jax"
import jax

jax.config.update("jax_enable_x64", True)
import keras
import numpy as np

print(f"keras {keras.__version__} on jax {jax.__version__}")
values = np.asarray([0.1, 0.2, 0.4], "float64")
tensor = keras.ops.convert_to_tensor(values)
mean, total = keras.ops.mean(tensor), keras.ops.sum(tensor)
print(f"mean: expected {values.mean()!r}, came {float(mean)!r}, dtype {mean.dtype}")
print(f"sum / 3: {float(total) / 3!r}")
described = (
    mean.dtype == "float64"
    and 1e-9 < abs(float(mean) - values.mean()) < 1e-6
    and abs(float(total) / 3 - values.mean()) < 1e-15
)
print("as described: float64 by name, float32 by value" if described else "no longer as described")
raise SystemExit(0 if described else 1)
PY
venv/bin/python check.py
