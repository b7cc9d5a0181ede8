"""One training step of a network in PyTorch, channels-last: prints its milliseconds as JSON.

Takes the settings of step-settings.ts as JSON. deeplab-lite is that of plugins/network-deeplab-lite; networks on encoders
are those of packages/backbones/test/python, which ours are checked with. The surrogate is written as its formulas stand (mIoU with the published curves, Auto Seg-Loss, ICLR 2021).
"""

import json
import pathlib
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

IGNORE = 255
EPS = 1e-8

# Control points of the published mIoU curves, ends included: AND, then OR.
CURVES = [
    [0, 0, 5.6972844e-4, 6.4372045e-1, 3.38589169e-1, 7.0554336e-1, 6.25281252e-1, 7.79551927e-1, 1, 1],
    [0, 0, 6.9037557e-1, 1.306289e-2, 8.34170515e-1, 9.62431815e-1, 9.42998269e-1, 9.80038125e-1, 1, 1],
]


def block(source, target, size, stride=1, dilation=1):
    convolution = nn.Conv2d(source, target, size, stride, dilation * (size // 2), dilation, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(target), nn.ReLU(inplace=True))


class DeeplabLite(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        features = 4 * width
        self.stem = block(3, width, 3, stride=2)
        self.low = block(width, 2 * width, 3, stride=2)
        self.middle = block(2 * width, 2 * width, 3)
        self.high = block(2 * width, features, 3, stride=2)
        self.deep = block(features, features, 3)
        self.pyramid = nn.ModuleList(
            [block(features, width, 1)] + [block(features, width, 3, dilation=rate) for rate in (2, 4)]
        )
        self.pool = nn.Conv2d(features, width, 1)
        self.join_branches = nn.Conv2d(3 * width, 2 * width, 1, bias=False)
        self.join_pool = nn.Conv2d(width, 2 * width, 1, bias=False)
        self.join_norm = nn.Sequential(nn.BatchNorm2d(2 * width), nn.ReLU(inplace=True))
        self.skip = block(2 * width, width // 2, 1)
        self.decode = block(2 * width + width // 2, 2 * width, 3)
        self.classify = nn.Conv2d(2 * width, classes, 1)

    def forward(self, images):
        shallow = self.middle(self.low(self.stem(images)))
        encoded = self.deep(self.high(shallow))
        pooled = F.relu(self.pool(encoded.mean((2, 3), keepdim=True)))
        branches = torch.cat([branch(encoded) for branch in self.pyramid], 1)
        joined = self.join_norm(self.join_branches(branches) + self.join_pool(pooled))
        resized = F.interpolate(joined, shallow.shape[2:], mode="bilinear", align_corners=False)
        decoded = self.decode(torch.cat([resized, self.skip(shallow)], 1))
        return F.interpolate(self.classify(decoded), images.shape[2:], mode="bilinear", align_corners=False)


def bezier(p, points):
    """The piecewise quadratic Bezier curve through the even points, at p."""
    value = None
    for start in range(0, len(points) - 2, 4):
        x0, y0, x1, y1, x2, y2 = points[start : start + 6]
        handle = (x1 - x0) / (x2 - x0)
        u = ((p - x0) / (x2 - x0)).clamp(0, 1)
        t = u / (handle + torch.sqrt(handle * handle + (1 - 2 * handle) * u)).clamp(min=1e-12)
        y = (1 - t) ** 2 * y0 + 2 * t * (1 - t) * y1 + t**2 * y2
        value = torch.where(p > x0, y, value) if start > 0 else y
    return value


def miou_surrogate(logits, labels):
    classes = logits.shape[1]
    p = torch.softmax(logits, 1)
    valid = (labels != IGNORE).unsqueeze(1)
    y = F.one_hot(torch.where(labels == IGNORE, 0, labels), classes).permute(0, 3, 1, 2) * valid
    g = bezier(p, CURVES[0])
    intersection = (g * y).sum((0, 2, 3))
    g = bezier(p, CURVES[1])
    union = ((g + y - g * y) * valid).sum((0, 2, 3))
    return 1 - (intersection / (union + EPS)).mean()


def cross_entropy(logits, labels):
    return F.cross_entropy(logits, labels, ignore_index=IGNORE)


class FirstLogits(nn.Module):
    """A network that gives a list of logits, as one that gives the first."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        return self.network(images)[0]


def make_network(use, options, classes):
    if use == "deeplab-lite":
        return DeeplabLite(options["width"], classes)
    sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "backbones" / "test" / "python"))
    from networks import Network

    return FirstLogits(Network(use, classes, options))


def used_parameters(network):
    """How many parameters the logits depend on: torchvision's encoders have a classifier besides."""
    return sum(parameter.numel() for parameter in network.parameters() if parameter.grad is not None)


def main():
    settings = json.loads(sys.argv[1])
    torch.set_num_threads(1)
    torch.manual_seed(1)
    height, width, batch, classes = (settings[key] for key in ("height", "width", "batch", "classes"))
    network = make_network(**settings["network"], classes=classes).train().to(memory_format=torch.channels_last)
    images = torch.randn(batch, 3, height, width).contiguous(memory_format=torch.channels_last)
    # Rectangles of 8 x 12 pixels, some of them ignored.
    cells = torch.arange(height).div(8, rounding_mode="floor")[:, None] + torch.arange(width).div(12, rounding_mode="floor")
    labels = torch.where(cells % 12 == 11, IGNORE, cells % classes).expand(batch, height, width).contiguous()
    loss_of = {"cross-entropy": cross_entropy, "published:miou": miou_surrogate}[settings["loss"]]
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    milliseconds = []
    for sample in range(settings["samples"] + 1):
        start = time.process_time()
        for _ in range(settings["steps"]):
            optimizer.zero_grad()
            loss = loss_of(network(images), labels)
            loss.backward()
            optimizer.step()
            loss.item()
        if sample > 0:
            milliseconds.append((time.process_time() - start) * 1e3 / settings["steps"])
    parameters = used_parameters(network)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"milliseconds": milliseconds, "parameters": parameters, "megabytes": megabytes}))


main()
