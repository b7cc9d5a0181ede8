#!/usr/bin/env bash
# timm 1.0.31: `efficientnet_lite0` takes the weights of `tf_efficientnet_lite0`, strictly and without a word, and is another network with them.
#
# Both have the same 296 tensors, by name and by shape, so that `load_state_dict(strict=True)` says "All keys matched" in both directions. But
# the one pads as PyTorch and adds 1e-5 to batch norm's variances, the other pads as TensorFlow (one-sided at stride 2) and adds 1e-3; what images
# are normalised by differs as well (ImageNet's mean and deviation, or 0.5 and 0.5). Nothing of that is in the file. With the same weights, features
# differ by as much as they have values. Expected of a strict load is the network that the file was saved from.
# Who is hurt: whoever passes on files of weights (safetensors, `.pth`) with the name of the architecture alone: a fine-tuned encoder of one
# kind is silently read as the other, and a segmentation network built on it starts from worse than it could. MobileNetV3, EfficientNet-B0 to
# B8 and MixNet come in the same two kinds.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check torch==2.15.0 torchvision==0.29.2 timm==1.0.31 numpy==2.4.6
venv/bin/python - <<'PY'
import timm
import torch

torch.manual_seed(0)
own = timm.create_model("efficientnet_lite0").eval()
other = timm.create_model("tf_efficientnet_lite0").eval()
with torch.no_grad():
    for module in own.modules():  # statistics as of a network that was trained
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
shapes = [{name: tensor.shape for name, tensor in each.state_dict().items()} for each in (own, other)]
print(f"{len(shapes[0])} and {len(shapes[1])} tensors, names and shapes equal: {shapes[0] == shapes[1]}")
loaded = other.load_state_dict(own.state_dict(), strict=True)
print(f"strict load: {loaded}")
images = torch.randn(4, 3, 224, 224)
with torch.no_grad():
    one, two = own.forward_features(images), other.forward_features(images)
difference = ((one - two).abs().max() / one.abs().max()).item()
print(f"features differ by up to {difference:.0%} of the largest")
print(f"added to variances: {own.bn1.eps} and {other.bn1.eps}; mean of images: {own.default_cfg['mean']} and {other.default_cfg['mean']}")
same = shapes[0] == shapes[1] and not loaded.missing_keys and not loaded.unexpected_keys
described = same and difference > 0.1
print("as described: another network with the same weights" if described else "no longer as described")
raise SystemExit(0 if described else 1)
PY
