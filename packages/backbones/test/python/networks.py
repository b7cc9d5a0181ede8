"""DeepLabv3+ and PSPNet in PyTorch, on the encoders of encoders.py. Tensors have the names that ours have."""

import torch
from encoders import encoder, named_tensors
from formula import signed
from summary import nhwc
from torch import nn
from torch.nn import functional as F


def block(source, target, dilation=1, separable=False):
    if not separable:
        conv = nn.Conv2d(source, target, 3, padding=dilation, dilation=dilation, bias=False)
        return [conv, nn.BatchNorm2d(target), nn.ReLU()]
    depthwise = nn.Conv2d(source, source, 3, padding=dilation, dilation=dilation, groups=source, bias=False)
    return [depthwise, nn.BatchNorm2d(source), nn.ReLU(), *point(source, target)]


def point(source, target):
    return [nn.Conv2d(source, target, 1, bias=False), nn.BatchNorm2d(target), nn.ReLU()]


def resize(x, like):
    return F.interpolate(x, size=like.shape[2:], mode="bilinear", align_corners=False)


class Pyramid(nn.Module):
    def __init__(self, source, channels, rates, separable):
        super().__init__()
        branches = [nn.Sequential(*point(source, channels))]
        branches += [nn.Sequential(*block(source, channels, rate, separable)) for rate in rates]
        branches.append(nn.Sequential(nn.AdaptiveAvgPool2d(1), *point(source, channels)))
        self.convs = nn.ModuleList(branches)
        self.project = nn.Sequential(*point(channels * len(branches), channels))

    def forward(self, x):
        return self.project(torch.cat([resize(branch(x), x) for branch in self.convs], 1))


class Deeplab(nn.Module):
    def __init__(self, channels, classes, options):
        super().__init__()
        low, deep = channels[0], channels[3]
        wide, skip, decoded = (options[name] for name in ("pyramidChannels", "skipChannels", "decoderChannels"))
        separable = options["separable"]
        self.aspp = Pyramid(deep, wide, options["rates"], separable)
        self.skip = nn.Sequential(*point(low, skip))
        self.decoder = nn.Sequential(
            *block(wide + skip, decoded, 1, separable), *block(decoded, decoded, 1, separable)
        )
        self.classifier = nn.Conv2d(decoded, classes, 1)

    def forward(self, features):
        low = self.skip(features[0])
        return self.classifier(self.decoder(torch.cat([resize(self.aspp(features[3]), low), low], 1)))


class Pspnet(nn.Module):
    def __init__(self, channels, classes, options):
        super().__init__()
        deep, pooled, wide = channels[3], options["pooledChannels"], options["channels"]
        self.ppm = nn.ModuleList(
            nn.Sequential(nn.AdaptiveAvgPool2d(bins), *point(deep, pooled)) for bins in options["bins"]
        )
        self.bottleneck = nn.Sequential(*block(deep + pooled * len(options["bins"]), wide))
        self.classifier = nn.Conv2d(wide, classes, 1)

    def forward(self, features):
        x = features[3]
        return self.classifier(self.bottleneck(torch.cat([x, *[resize(pool(x), x) for pool in self.ppm]], 1)))


class Network(nn.Module):
    """Gives the logits of the head, and in training those of the auxiliary head where there is one."""

    def __init__(self, use, classes, options):
        super().__init__()
        self.encoder = encoder(options["backbone"], options["outputStride"], options.get("deepStem", False))
        with torch.no_grad():
            channels = [f.shape[1] for f in self.encoder.eval()(torch.zeros(1, 3, 64, 64))]
        self.head = {"deeplabv3plus": Deeplab, "pspnet": Pspnet}[use](channels, classes, options)
        self.aux_classifier = None
        if options.get("auxiliaryWeight", 0) > 0:
            inside = -(-channels[2] // 4)
            self.aux_classifier = nn.Sequential(
                *block(channels[2], inside), nn.Dropout(0), nn.Conv2d(inside, classes, 1)
            )

    def forward(self, x):
        features = self.encoder(x)
        logits = [self.head(features)]
        if self.training and self.aux_classifier is not None:
            logits.append(self.aux_classifier(features[2]))
        return [resize(each, x) for each in logits]

    def tensors(self):
        own = [*self.head.named_parameters(), *self.head.named_buffers()]
        if self.aux_classifier is not None:
            side = [*self.aux_classifier.named_parameters(), *self.aux_classifier.named_buffers()]
            own += [(f"aux_classifier.{name}", tensor) for name, tensor in side]
        own = [(name, tensor) for name, tensor in own if not name.endswith("num_batches_tracked")]
        return [*named_tensors(self.encoder, self.encoder.names, "backbone."), *own]


def make_network(use, classes, options, dtype):
    network = Network(use, classes, options).to(dtype)
    return network, network.tensors()


def objective_of(options):
    """What the gradients are of: a sum of the logits, each times a number of the formula."""

    def objective(logits):
        weights = [1, options.get("auxiliaryWeight", 0)]
        return sum(
            factor * (each.permute(0, 2, 3, 1) * torch.from_numpy(signed("objective", nhwc(each).shape)).to(each.dtype)).sum()
            for factor, each in zip(weights, logits)
        )

    return objective
