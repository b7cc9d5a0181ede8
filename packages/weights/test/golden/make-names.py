"""Writes what torchvision, timm, mmseg and the package of EfficientNet-Lite0 call the tensors of their networks, with their shapes.

    python make-names.py names.json.gz EFFICIENTNET.pth

Tried with torchvision 0.29.2, timm 1.0.31, mmsegmentation 1.2.2 (whose compiled operations are not needed here).
"""

import gzip
import json
import sys
from unittest.mock import MagicMock

import timm
import torch
import torchvision

sys.modules["mmcv.ops"] = MagicMock()
sys.modules["mmcv._ext"] = MagicMock()
import mmcv

mmcv.__version__ = "2.1.0"
from mmseg.models.backbones import MobileNetV2, ResNet, ResNetV1c


def shapes(state):
    return {name: list(tensor.shape) for name, tensor in state.items()}


def of_torchvision(name):
    return shapes(getattr(torchvision.models, name)(weights=None).state_dict())


def of_timm(name):
    return shapes(timm.create_model(name, pretrained=False).state_dict())


found = {}
for depth in (18, 34, 50, 101):
    found[f"resnet{depth} torchvision"] = of_torchvision(f"resnet{depth}")
    found[f"resnet{depth} torchvision timm"] = of_timm(f"resnet{depth}")
    found[f"resnet{depth} torchvision mmseg"] = shapes(ResNet(depth=depth).state_dict())
    found[f"resnet{depth} mmseg deep"] = shapes(ResNetV1c(depth=depth).state_dict())
found["resnet50 timm deep"] = of_timm("resnet50c")
found["resnet101 timm deep"] = of_timm("resnet101c")
found["mobilenet-v2 torchvision"] = of_torchvision("mobilenet_v2")
found["mobilenet-v2 timm"] = of_timm("mobilenetv2_100")
found["mobilenet-v2 mmseg"] = shapes(MobileNetV2().state_dict())
found["efficientnet-lite0 timm"] = of_timm("efficientnet_lite0")
found["efficientnet-lite0 original"] = shapes(torch.load(sys.argv[2]))
found["none resnet50d"] = of_timm("resnet50d")
found["none vit_tiny_patch16_224"] = of_timm("vit_tiny_patch16_224")

with gzip.GzipFile(sys.argv[1], "wb", mtime=0) as file:
    file.write(json.dumps(found, separators=(",", ":")).encode())
