#!/usr/bin/env bash
# efficientnet-lite-pytorch 0.1.0: EfficientNet-Lite0 pads every image as one of 224 × 224, so that at other sizes features are missing a row.
#
# The weights come from TensorFlow, whose padding "SAME" gives ceil(size / stride) outputs and depends on the size. The package computes
# the padding once, for its configured 224 pixels (Conv2dStaticSamePadding), and keeps it for whatever image comes. Where a size is odd at one
# of the five steps, the border that TensorFlow would see is cut off instead: an image of 321 has features of 10 × 10 in place of 11 × 11, and
# one of 33 a single one in place of 2 × 2; no error, no warning. Expected, by TensorFlow's definition: ceil(size / 32).
# Who is hurt: whoever takes the package's ImageNet weights as the encoder of a segmentation network: crops of 321 or 513 pixels are usual
# there, and features end up a shifted row short of what a decoder at a quarter of the size expects.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6
venv/bin/pip install --quiet --disable-pip-version-check --no-deps efficientnet-lite-pytorch==0.1.0
venv/bin/python - <<'PY'
import torch
from efficientnet_lite_pytorch import EfficientNet

network = EfficientNet.from_name("efficientnet-lite0").eval()
found = {}
for size in (224, 320, 321, 225, 97, 33):
    with torch.no_grad():
        features = network.extract_features(torch.zeros(1, 3, size, size))
    found[size] = features.shape[2]
    print(f"{size} × {size}: features of {features.shape[2]} × {features.shape[3]}, by TensorFlow's SAME {-(-size // 32)} × {-(-size // 32)}")
whole = all(found[size] == -(-size // 32) for size in (224, 320))
short = all(found[size] == -(-size // 32) - 1 for size in (321, 225, 97, 33))
print("as described: a row short" if whole and short else "no longer as described")
raise SystemExit(0 if whole and short else 1)
PY
