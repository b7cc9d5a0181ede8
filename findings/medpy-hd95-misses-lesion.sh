#!/usr/bin/env bash
# medpy 0.5.2: hd95 is 0 for a prediction that misses a lesion, where the 95 % Hausdorff distance is far from 0.
#
# The Hausdorff distance is the larger of two directed distances; its 95 % variant, as MONAI, DeepMind's surface-distance and the
# Metrics Reloaded paper define it, is the larger of the two directed 95th percentiles. medpy takes one percentile of the
# distances of both directions together, so that the direction that is right dilutes the one that is not. Its documentation
# says "95th percentile of the (symmetric) Hausdorff Distance" and does not tell.
# Who is hurt: whoever compares an HD95 of medpy, as many papers on the Synapse organs report it, with one of another tool: the
# same masks score 0 here and tens of pixels there. A metric that is 0 for a missed lesion cannot tell models apart.
# Where: medpy/metric/binary.py; known as loli/medpy issue 138.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-compile numpy==2.4.6 scipy==1.17.1 setuptools==80.9.0
# Without its dependency SimpleITK, 50 MB that the metrics do not use.
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-compile --no-deps --no-build-isolation medpy==0.5.2
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

import numpy as np
from medpy.metric.binary import hd95
from scipy import ndimage


def surface(mask):
    return mask & ~ndimage.binary_erosion(mask)


def directed(a, b):
    """The distances of a's surface to b's."""
    return ndimage.distance_transform_edt(~surface(b))[surface(a)]


predicted = np.zeros((120, 120), bool)
predicted[20:100, 20:60] = True
truth = predicted.copy()
truth[50:56, 100:106] = True  # the lesion that is missed

both = [directed(predicted, truth), directed(truth, predicted)]
expected = max(np.percentile(distances, 95) for distances in both)
came = hd95(predicted, truth)
print(f"medpy {version('medpy')}: an organ found exactly, a lesion of 6 × 6 pixels missed")
print(f"surfaces: {both[0].size} predicted pixels, {both[1].size} true ones, {np.count_nonzero(both[1])} of them of the lesion")
print(f"the larger of both 95th percentiles, expected: {expected:.2f}")
print(f"hd95, came:                                    {came:.2f}")
as_described = expected > 40 and came == 0
print("as described: one percentile over both directions" if as_described else "no longer as described")
sys.exit(0 if as_described else 1)
PY
