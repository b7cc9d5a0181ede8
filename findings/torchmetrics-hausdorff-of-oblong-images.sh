#!/usr/bin/env bash
# torchmetrics 1.9.0: the Hausdorff distance of masks on images that are not square is another one, and not by a little.
#
# A square of 4 × 4 pixels that is moved by one pixel lies at a distance of 1. On 16 × 16 pixels HausdorffDistance says so; with the same
# squares on 12 × 16 it says 5.1. Where the pytorch engine of its distance transform writes a pixel's distance, it counts places by the
# number of rows, where it should by that of columns, so that distances stand at other pixels than they are of. No error, no warning;
# its documentation and tests have square images. With the other engine, SciPy's, which HausdorffDistance has no argument for, the
# distances are right. Who is hurt: whoever reports HausdorffDistance on street scenes, video frames or crops, none of which are square: values are
# wrong in either direction, and change with the width of an empty margin.
# Where: torchmetrics/functional/segmentation/utils.py, distance_transform.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-compile torch==2.15.0 torchmetrics==1.9.0 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys

import numpy as np
import torch
import torchmetrics
from scipy.spatial.distance import directed_hausdorff
from torchmetrics.segmentation import HausdorffDistance


def squares(height, width):
    """A square, and the same one a pixel to the right. [h, w]"""
    masks = torch.zeros(2, height, width, dtype=torch.long)
    masks[0, 3:7, 3:7] = 1
    masks[1, 3:7, 4:8] = 1
    return masks


def came(height, width):
    truth, predicted = squares(height, width)
    metric = HausdorffDistance(num_classes=2, include_background=False, input_format="index")
    metric.update(predicted[None], truth[None])
    return float(metric.compute())


def expected(height, width):
    truth, predicted = (np.argwhere(mask.numpy()) for mask in squares(height, width))
    return max(directed_hausdorff(truth, predicted)[0], directed_hausdorff(predicted, truth)[0])


print(f"torchmetrics {torchmetrics.__version__}: a square moved by one pixel")
sizes = [(16, 16), (12, 16), (12, 24)]
values = {}
for size in sizes:
    values[size] = came(*size)
    print(f"{size[0]} × {size[1]}: expected {expected(*size):.3f}, came {values[size]:.3f}")
as_described = abs(values[16, 16] - 1) < 1e-6 and values[12, 16] > 5 and all(expected(*size) == 1 for size in sizes)
print("as described: right on square images only" if as_described else "no longer as described")
sys.exit(0 if as_described else 1)
PY
