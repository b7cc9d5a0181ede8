"""Forward and backward of losses in PyTorch: prints milliseconds of processor time, and values, as JSON, by loss.

Takes the settings of loss-settings.ts as JSON. Every loss is written as its formula stands; the surrogates as in
Auto Seg-Loss (ICLR 2021), with the published curves and the published form of a curve's root.
"""

import json
import sys
import time
from functools import cached_property

import numpy as np
import torch
import torch.nn.functional as F

IGNORE = 255
EPS = 1e-8
TOLERANCE = 5

# Control points of the published curves, ends left out; a curve a line.
REGION = [
    [3.65390355e-4, 9.84171689e-1, 9.69491959e-1, 9.92340326e-1, 9.88328516e-1, 9.95552719e-1],
    [3.54609758e-1, 2.67221928e-1, 5.60551465e-1, 4.35290039e-1, 5.65432191e-1, 6.01448298e-1],
]
ACCURACY = [[2.1453928e-2, 7.3905742e-1, 4.1163361e-1, 7.9865617e-1, 9.1986191e-1, 9.5041156e-1]]
CURVES = {
    "miou": [
        [5.6972844e-4, 6.4372045e-1, 3.38589169e-1, 7.0554336e-1, 6.25281252e-1, 7.79551927e-1],
        [6.9037557e-1, 1.306289e-2, 8.34170515e-1, 9.62431815e-1, 9.42998269e-1, 9.80038125e-1],
    ],
    "fwiou": REGION,
    "biou": REGION,
    "macc": ACCURACY,
    "gacc": ACCURACY,
    "bf1": [[0.8113003, 0.8526163], [0.1716458, 0.031648], [0.2099739, 0.4490329], [0.0784752, 0.8753038]],
}


class Batch:
    """Probabilities and one-hot labels, [n, c, h, w]; y is 0 at ignored pixels."""

    def __init__(self, logits, labels):
        self.logits = logits
        self.labels = labels
        self.classes = logits.shape[1]
        self.valid = (labels != IGNORE).unsqueeze(1)

    @cached_property
    def p(self):
        return torch.softmax(self.logits, 1)

    @cached_property
    def y(self):
        known = torch.where(self.labels == IGNORE, 0, self.labels)
        return F.one_hot(known, self.classes).permute(0, 3, 1, 2).float() * self.valid


def bezier(p, free):
    """The piecewise quadratic Bezier curve with these free control points, at p."""
    points = [0.0, 0.0, *free, 1.0, 1.0]
    value = None
    for start in range(0, len(points) - 2, 4):
        x0, y0, x1, y1, x2, y2 = points[start : start + 6]
        u = ((p - x0) / (x2 - x0)).clamp(0, 1)
        handle = (x1 - x0) / (x2 - x0)
        t = (handle - torch.sqrt(handle * handle + (1 - 2 * handle) * u)) / (2 * handle - 1)
        y = (1 - t) ** 2 * y0 + 2 * t * (1 - t) * y1 + t**2 * y2
        value = y if value is None else torch.where(p > x0, y, value)
    return value


def dilate(mask, tolerance):
    return F.max_pool2d(mask, 2 * tolerance + 1, 1, tolerance)


def erode(mask):
    return -F.max_pool2d(-mask, 3, 1, 1)


def total(mask):
    return mask.sum((0, 2, 3))


def region_sums(batch, curves, counted):
    g = bezier(batch.p, curves[0])
    intersection = total(g * batch.y * counted)
    g = bezier(batch.p, curves[1])
    return intersection, total((g + batch.y - g * batch.y) * counted)


def miou(batch):
    intersection, union = region_sums(batch, CURVES["miou"], batch.valid)
    return 1 - (intersection / (union + EPS)).mean()


def fwiou(batch):
    intersection, union = region_sums(batch, CURVES["fwiou"], batch.valid)
    labelled = total(batch.y)
    return 1 - (labelled * intersection / (union + EPS)).sum() / labelled.sum()


def accuracies(batch):
    labelled = total(batch.y)
    return total(bezier(batch.p, ACCURACY[0]) * batch.y) / (labelled + EPS), labelled


def macc(batch):
    return 1 - accuracies(batch)[0].mean()


def gacc(batch):
    accuracy, labelled = accuracies(batch)
    return 1 - (accuracy * labelled).sum() / labelled.sum()


def biou(batch):
    edges = batch.y - erode(batch.y)
    trimap = dilate(edges[:, 1:], TOLERANCE).amax(1, keepdim=True)
    intersection, union = region_sums(batch, CURVES["biou"], trimap * batch.valid)
    return 1 - (intersection / (union + EPS)).mean()


def bf1(batch):
    curves = CURVES["bf1"]
    eroded = erode(batch.p)
    inside = bezier(batch.p, curves[0]) * bezier(eroded, curves[1])
    a, b = bezier(batch.p, curves[2]), bezier(eroded, curves[3])
    outline = a + b - a * b - inside
    truth = batch.y - erode(batch.y)
    precision = total(outline * dilate(truth, TOLERANCE)) / (total(outline) + EPS)
    recall = total(dilate(outline, TOLERANCE) * truth) / (total(truth) + EPS)
    f1 = 2 * precision * recall / (precision + recall + EPS)
    return 1 - f1[total(truth) > 0].mean()


def overlaps(batch):
    """Of the classes that the label holds: hits, probabilities and pixels."""
    labelled = total(batch.y)
    present = labelled > 0
    return total(batch.p * batch.y)[present], total(batch.p * batch.valid)[present], labelled[present]


def dice(batch):
    hits, predicted, labelled = overlaps(batch)
    return (1 - 2 * hits / (predicted + labelled)).mean()


def tversky_of(batch, alpha, beta, smooth):
    hits, predicted, labelled = overlaps(batch)
    misses = alpha * (predicted - hits) + beta * (labelled - hits)
    return (1 - (hits + smooth) / (hits + misses + smooth)).mean()


def jaccard(batch):
    return tversky_of(batch, 1, 1, 0)


def tversky(batch):
    return tversky_of(batch, 0.3, 0.7, 0)


def jdt(batch):
    return tversky_of(batch, 1, 1, 1e-3)


def cross_entropy(batch):
    return F.cross_entropy(batch.logits, batch.labels, ignore_index=IGNORE)


def focal(batch):
    log_p = (torch.log_softmax(batch.logits, 1) * batch.y).sum(1)
    return (-((1 - log_p.exp()) ** 2) * log_p * batch.valid[:, 0]).sum() / batch.valid.sum()


def lovasz(batch):
    keep = batch.valid.flatten()
    p = batch.p.permute(0, 2, 3, 1).reshape(-1, batch.classes)[keep]
    y = batch.y.permute(0, 2, 3, 1).reshape(-1, batch.classes)[keep]
    losses = []
    for c in range(batch.classes):
        if y[:, c].sum() == 0:
            continue
        errors, order = torch.sort((y[:, c] - p[:, c]).abs(), descending=True)
        truth = y[:, c][order]
        jaccard = 1 - (truth.sum() - truth.cumsum(0)) / (truth.sum() + (1 - truth).cumsum(0))
        growth = torch.cat([jaccard[:1], jaccard[1:] - jaccard[:-1]])
        losses.append(torch.dot(errors, growth))
    return torch.stack(losses).mean()


def ssim(batch):
    side, sigma = 11, 1.5
    line = torch.exp(-((torch.arange(side) - side // 2) ** 2) / (2 * sigma**2))
    line = line / line.sum()
    window = torch.outer(line, line).expand(batch.classes, 1, side, side).contiguous()

    def mean(x):
        return F.conv2d(x, window, padding=side // 2, groups=batch.classes)

    x, y = batch.p * batch.valid, batch.y
    mx, my = mean(x), mean(y)
    vx, vy, vxy = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    c1, c2 = 0.01**2, 0.03**2
    index = (2 * mx * my + c1) * (2 * vxy + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2))
    return ((1 - index) * batch.valid).sum() / (batch.valid.sum() * batch.classes)


def boundary_weights(labels, classes):
    """1 at a class's boundary, 0 at its deepest pixels; 0 in images of one class."""
    from scipy.ndimage import distance_transform_edt

    weights = np.zeros(labels.shape, np.float32)
    for label, weight in zip(labels, weights):
        for c in np.unique(label[label < classes]):
            mask, others = label == c, (label != c) & (label < classes)
            if not others.any():
                continue
            distance = distance_transform_edt(~others)[mask]
            deepest, nearest = distance.max(), distance.min()
            weight[mask] = 1 if deepest == nearest else (deepest - distance) / (deepest - nearest)
    return weights


def dpce(batch):
    weights = torch.from_numpy(boundary_weights(batch.labels.numpy(), batch.classes))
    pixels = F.cross_entropy(batch.logits, batch.labels, ignore_index=IGNORE, reduction="none")
    return ((1 + weights) * pixels).sum() / batch.valid.sum()


LOSSES = {
    "cross-entropy": cross_entropy,
    **{f"published:{loss.__name__}": loss for loss in (miou, fwiou, macc, gacc, biou, bf1)},
    **{loss.__name__: loss for loss in (dice, jaccard, tversky, focal, lovasz, jdt, ssim, dpce)},
}


def main():
    settings = json.loads(sys.argv[1])
    torch.set_num_threads(1)
    shape = tuple(settings[key] for key in ("batch", "height", "width"))
    nhwc = np.fromfile(settings["logits"], np.float32).reshape(*shape, settings["classes"])
    logits = torch.from_numpy(nhwc).permute(0, 3, 1, 2).contiguous().requires_grad_()
    labels = torch.from_numpy(np.fromfile(settings["labels"], np.uint8).reshape(shape)).long()
    measured = {}
    for name in settings["losses"]:
        milliseconds = []
        for _ in range(settings["samples"] + 1):
            logits.grad = None
            start = time.process_time()
            try:
                loss = LOSSES[name](Batch(logits, labels))
            except ModuleNotFoundError:
                break
            loss.backward()
            value = loss.item()
            milliseconds.append((time.process_time() - start) * 1e3)
        else:
            measured[name] = {"milliseconds": milliseconds[1:], "value": value}
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
