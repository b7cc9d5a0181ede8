"""Trains a small network on CamVid with cross-entropy and with an exported loss, and compares them by exact F2 and mIoU.

    python train_camvid.py --data CAMVID --loss f2_loss.py:F2Loss --seeds 5

CAMVID is the folder with train.txt and val.txt, as docs/examples/camvid-f2.json wants it; label 11 does not count. Needs torch,
numpy and Pillow. Each loss gets the learning rate that does best on the last fifth of the training images.
"""

import argparse
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

CLASSES = 11
IGNORED = 255
SIZE = (96, 128)  # rows, columns


def read_split(root, name):
    """Images [N, 3, h, w] in [-1, 1] at the training size, and labels at their own size."""
    images, labels = [], []
    for line in (root / f"{name}.txt").read_text().split("\n"):
        if not line.strip():
            continue
        image, label = (next(p for p in (root / part, root / part.lstrip("/")) if p.exists()) for part in line.split())
        pixels = Image.open(image).convert("RGB").resize(SIZE[::-1], Image.Resampling.BOX)
        images.append(torch.from_numpy(np.asarray(pixels) / 127.5 - 1).float().permute(2, 0, 1))
        values = torch.from_numpy(np.asarray(Image.open(label)).astype(np.int64))
        labels.append(torch.where(values < CLASSES, values, IGNORED))
    return torch.stack(images), torch.stack(labels)


def block(channels_in, channels_out, stride=1, dilation=1):
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, 3, stride, dilation, dilation, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(inplace=True),
    )


class Network(nn.Module):
    """Four stages to an eighth of the size, dilated at the end, with a skip from a quarter."""

    def __init__(self, width=16):
        super().__init__()
        self.quarter = nn.Sequential(block(3, width, 2), block(width, 2 * width, 2), block(2 * width, 2 * width))
        self.eighth = nn.Sequential(
            block(2 * width, 4 * width, 2), block(4 * width, 4 * width, 1, 2), block(4 * width, 4 * width, 1, 4)
        )
        self.head = nn.Sequential(block(6 * width, 4 * width), nn.Conv2d(4 * width, CLASSES, 1))

    def forward(self, x):
        quarter = self.quarter(x)
        eighth = F.interpolate(self.eighth(quarter), quarter.shape[2:], mode="bilinear")
        return F.interpolate(self.head(torch.cat([quarter, eighth], 1)), x.shape[2:], mode="bilinear")


def train(loss, images, labels, *, learning_rate, seed, iterations, batch=12):
    torch.manual_seed(seed)
    network = Network()
    small = F.interpolate(labels[:, None].float(), SIZE, mode="nearest-exact")[:, 0].long()
    optimizer = torch.optim.SGD(network.parameters(), learning_rate, momentum=0.9, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.PolynomialLR(optimizer, iterations, 0.9)
    for _ in range(iterations):
        chosen = torch.randperm(len(images))[:batch]
        x, y = images[chosen], small[chosen]
        if torch.rand(()) < 0.5:
            x, y = x.flip(-1), y.flip(-1)
        value = loss(network(x), y)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        schedule.step()
    return network.eval()


@torch.no_grad()
def scores(network, images, labels):
    """Exact F2 and mIoU over all pixels that count, at the labels' size, in percent."""
    confusion = torch.zeros(CLASSES, CLASSES, dtype=torch.long)  # rows: labels
    for x, y in zip(images.split(16), labels.split(16), strict=True):
        logits = F.interpolate(network(x), y.shape[1:], mode="bilinear")
        counted = y < CLASSES
        pairs = y[counted] * CLASSES + logits.argmax(1)[counted]
        confusion += torch.bincount(pairs, minlength=CLASSES**2).view(CLASSES, CLASSES)
    hits = confusion.diag().double()
    missed, wrong = confusion.sum(1) - hits, confusion.sum(0) - hits
    f2 = 5 * hits / (5 * hits + 4 * missed + wrong)
    iou = hits / (hits + missed + wrong)
    return 100 * f2.nanmean().item(), 100 * iou.nanmean().item()


def load_loss(spec):
    """The class of `file.py:Class`."""
    path, name = spec.rsplit(":", 1)
    module_spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    module = importlib.util.module_from_spec(module_spec)
    module_spec.loader.exec_module(module)
    return getattr(module, name)()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--loss", required=True, help="file.py:Class")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--iterations", type=int, default=300)
    parser.add_argument("--rates", type=float, nargs="+", default=[0.05, 0.1, 0.2])
    arguments = parser.parse_args()

    images, labels = read_split(arguments.data, "train")
    val = read_split(arguments.data, "val")
    held = len(images) // 5
    losses = {"cross-entropy": nn.CrossEntropyLoss(ignore_index=IGNORED), arguments.loss: load_loss(arguments.loss)}
    for name, loss in losses.items():
        chosen = {}
        for rate in arguments.rates:
            network = train(
                loss, images[:-held], labels[:-held], learning_rate=rate, seed=0, iterations=arguments.iterations
            )
            chosen[rate] = scores(network, images[-held:], labels[-held:])[0]
            print(f"{name}: learning rate {rate}: F2 {chosen[rate]:.2f} on held-out images", file=sys.stderr, flush=True)
        rate = max(chosen, key=chosen.get)
        values = []
        for seed in range(1, arguments.seeds + 1):
            network = train(loss, images, labels, learning_rate=rate, seed=seed, iterations=arguments.iterations)
            values.append(scores(network, *val))
            print(f"{name}: seed {seed}: F2 {values[-1][0]:.2f}, mIoU {values[-1][1]:.2f}", file=sys.stderr, flush=True)
        mean, spread = np.mean(values, 0), np.std(values, 0, ddof=1)
        row = {"loss": name, "learning rate": rate}
        for index, metric in enumerate(("F2", "mIoU")):
            row[metric] = f"{mean[index]:.2f} ± {spread[index]:.2f}"
        print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
