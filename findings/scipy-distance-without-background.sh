#!/usr/bin/env bash
# scipy 1.17.1: distance_transform_edt of a mask without background gives distances to a pixel outside of the image.
#
# The transform is documented as the distance to the closest background element. Where there is none, it gives the distance to row
# -1, column 0, finite and different for each pixel. Infinity would be expected, or an error; the sister functions give something
# that no one takes for a distance (-1, or 1.3e154), and OpenCV the largest number it has.
# Who is hurt: surface distances are read off the transform of the complement of a surface. Against an image without the class, a
# Hausdorff distance comes out finite, and depends on how far down the image the predicted object lies. Boundary losses that weigh
# pixels by such a map weigh the lower edge of the image most.
# Where: scipy/ndimage/_morphology.py; known as scipy/scipy issues 1616 and 15585.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-compile numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'PY'
import sys

import numpy as np
import scipy
from scipy import ndimage

print(f"scipy {scipy.__version__}")
full = np.ones((3, 3))
print("3 × 3 ones, expected: infinity or an error")
print(f"  distance_transform_bf:  all {ndimage.distance_transform_bf(full)[0, 0]:.3g}")
print(f"  distance_transform_cdt: all {ndimage.distance_transform_cdt(full)[0, 0]}")
came, nearest = ndimage.distance_transform_edt(full, return_indices=True)
print(f"  distance_transform_edt: {came.round(2).tolist()}, to {nearest[:, 0, 0].tolist()}")


def directed_hausdorff(surface, other):
    """From the pixels of one surface to the nearest of another."""
    return ndimage.distance_transform_edt(~other)[surface].max()


distances = []
for row in (10, 80):
    predicted = np.zeros((100, 100), bool)
    predicted[row, 40:60] = True
    absent = np.zeros((100, 100), bool)
    distances.append(directed_hausdorff(predicted, absent))
    print(f"Hausdorff distance of a line in row {row} to an absent class: expected infinity, came {distances[-1]:.2f}")

as_described = np.allclose(came[:, 0], [1, 2, 3]) and np.isfinite(distances).all() and distances[1] > distances[0]
print("as described: measured to row -1, column 0" if as_described else "no longer as described")
sys.exit(0 if as_described else 1)
PY
