"""Writes losses.json: values and gradients of the losses in float64, and what published libraries give for the same.

    python make-goldens.py [FOLDER OF LIBRARIES]

The formulas are written out here once more, in PyTorch; gradients are PyTorch's. The libraries' numbers need
segmentation-models-pytorch 0.6.0 and monai 1.6.1 (installed without dependencies), and from the authors' repositories
lovasz_losses.py (bermanmaxim/LovaszSoftmax), jdt_loss.py (zifuwanggg/JDTLosses) and pytorch_ssim as basnet_ssim
(NathanUA/BASNet), all in the folder. Needs torch, numpy and scipy.
"""

import importlib
import json
import random
import sys
import types
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from scipy.ndimage import distance_transform_edt

N, H, W, C = 2, 4, 6, 4
IGNORE = 255
torch.set_default_dtype(torch.float64)


def draw(ignored, classes):
    """Logits [n, h, w, c] in steps of 1/64, and labels [n, h, w]."""
    rng = random.Random(5)
    labels = [[[rng.randrange(classes) for _ in range(W)] for _ in range(H)] for _ in range(N)]
    for i in range(ignored):
        labels[i % N][rng.randrange(H)][rng.randrange(W)] = IGNORE
    logits = [
        [[[round(64 * (rng.gauss(0, 1.5) + (labels[n][h][w] == c))) / 64 for c in range(C)] for w in range(W)] for h in range(H)]
        for n in range(N)
    ]
    return torch.tensor(logits), torch.tensor(labels)


BATCHES = {"ignored": draw(9, 3), "whole": draw(0, 3)}


def one_hot(labels):
    return torch.stack([(labels == k).double() for k in range(C)], -1)


def overlap(p, labels, per):
    """Σ p·y, Σ p, Σ y and Σ p² over valid pixels: [groups, c]."""
    y = one_hot(labels)
    v = y.sum(-1, keepdim=True)
    dims = (1, 2) if per == "image" else (0, 1, 2)
    shape = (-1, C)
    return [x.sum(dims).reshape(shape) for x in (p * y, p * v, y, p * p * v)]


def mean_of_means(values, counted, dim):
    rows = counted.any(dim)
    sums = (values * counted).sum(dim)[rows]
    return (sums / counted.sum(dim)[rows]).mean()


def region(score):
    def loss(z, labels, classes="present", per="batch", smooth=0, log=False, gamma=1, **options):
        sums = overlap(z.softmax(-1), labels, per)
        s = score(*sums, smooth, **options)
        s = s.where((sums[2] > 0) | (smooth > 0), 1)
        miss = (-s.log() if log else 1 - s) ** gamma
        counted = sums[2] > 0 if classes == "present" else torch.ones_like(miss, dtype=torch.bool)
        return mean_of_means(miss, counted, 1)

    return loss


def tversky_score(i, p, y, _, s, alpha, beta):
    return (i + s) / (i + alpha * (p - i) + beta * (y - i) + s)


def dice_score(i, p, y, pp, s, squared=False):
    return (2 * i + s) / ((pp if squared else p) + y + s)


def focal(z, labels, gamma=2.0, activation="softmax", alpha=None):
    valid = labels != IGNORE
    z, y = z[valid], one_hot(labels)[valid]
    if activation == "softmax":
        logp = (z.log_softmax(-1) * y).sum(-1)
        return (-((1 - logp.exp()) ** gamma) * logp).mean()
    pt = torch.where(y > 0, z.sigmoid(), 1 - z.sigmoid())
    weight = 1 if alpha is None else torch.where(y > 0, alpha, 1 - alpha)
    return (-weight * (1 - pt) ** gamma * pt.log()).sum(-1).mean()


def lovasz(z, labels, classes="present", per="batch"):
    p = z.softmax(-1)
    groups = [(p, labels)] if per == "batch" else list(zip(p, labels))
    results = []
    for p, label in groups:
        valid = label != IGNORE
        p, label = p[valid], label[valid]
        terms = []
        for k in range(C):
            truth = (label == k).double()
            if classes == "present" and truth.sum() == 0:
                continue
            errors, order = (truth - p[:, k]).abs().sort(descending=True)
            truth = truth[order]
            jaccard = 1 - (truth.sum() - truth.cumsum(0)) / (truth.sum() + (1 - truth).cumsum(0))
            terms.append((errors * jaccard.diff(prepend=jaccard.new_zeros(1))).sum())
        results.append(torch.stack(terms).mean())
    return torch.stack(results).mean()


def jdt(z, labels, mIoUD=1.0, mIoUI=0.0, mIoUC=0.0, alpha=1.0, beta=1.0, gamma=1.0, smooth=1e-3):
    def misses(per):
        sums = overlap(z.softmax(-1), labels, per)
        return (1 - tversky_score(*sums, smooth, alpha, beta)) ** gamma, sums[2] > 0

    return (
        mIoUD * mean_of_means(*misses("batch"), 1)
        + mIoUI * mean_of_means(*misses("image"), 1)
        + mIoUC * mean_of_means(*misses("image"), 0)
    )


def ssim(z, labels, window=11, sigma=1.5, border="zero"):
    y = one_hot(labels)
    v = y.sum(-1, keepdim=True)
    x = z.softmax(-1) * v
    g = torch.exp(-((torch.arange(window) - window // 2) ** 2) / (2 * sigma**2))
    kernel = torch.outer(g, g) / g.sum() ** 2

    def blur(t):
        channels = t.shape[-1]
        t = F.conv2d(t.movedim(-1, 1), kernel.expand(channels, 1, window, window), padding=window // 2, groups=channels)
        return t.movedim(1, -1)

    inside = blur(v) if border == "inside" else torch.ones_like(v)
    mx, my, mxx, myy, mxy = (blur(t) / inside for t in (x, y, x * x, y * y, x * y))
    c1, c2 = 0.01**2, 0.03**2
    index = (2 * mx * my + c1) * (2 * (mxy - mx * my) + c2)
    index = index / ((mx**2 + my**2 + c1) * (mxx - mx**2 + myy - my**2 + c2))
    return (1 - index)[v.expand_as(index) > 0].mean()


def dpce(z, labels, penalty=1.0):
    weights = torch.ones(N, H, W)
    for n in range(N):
        for k in range(C):
            own = (labels[n] == k).numpy()
            other = ((labels[n] != k) & (labels[n] != IGNORE)).numpy()
            if not own.any() or not other.any():
                continue
            d = distance_transform_edt(~other)
            nearest, deepest = d[own].min(), d[own].max()
            phi = np.ones_like(d) if nearest == deepest else (deepest - d) / (deepest - nearest)
            weights[n][torch.tensor(own)] += torch.tensor(penalty * phi[own])
    valid = labels != IGNORE
    logp = (z.log_softmax(-1) * one_hot(labels)).sum(-1)
    return -(weights * logp)[valid].mean()


LOSSES = {
    "dice": region(dice_score),
    "jaccard": region(lambda i, p, y, _, s: (i + s) / (p + y - i + s)),
    "tversky": region(tversky_score),
    "focal": focal,
    "lovasz": lovasz,
    "jdt": jdt,
    "ssim": ssim,
    "dpce": dpce,
}

CASES = [
    ("dice", {}),
    ("dice", {"squared": True, "smooth": 1}),
    ("dice", {"per": "image", "classes": "all", "smooth": 1e-5}),
    ("dice", {"per": "image", "classes": "all", "smooth": 1e-5, "squared": True}),
    ("dice", {"log": True}),
    ("jaccard", {}),
    ("jaccard", {"per": "image", "classes": "all", "smooth": 5e-6}),
    ("tversky", {"alpha": 0.3, "beta": 0.7}),
    ("tversky", {"alpha": 0.3, "beta": 0.7, "gamma": 0.75, "classes": "all", "smooth": 1e-5}),
    ("focal", {}),
    ("focal", {"gamma": 0.5}),
    ("focal", {"activation": "sigmoid", "alpha": 0.25}),
    ("lovasz", {}),
    ("lovasz", {"classes": "all"}),
    ("lovasz", {"per": "image"}),
    ("jdt", {}),
    ("jdt", {"mIoUD": 0.0, "mIoUI": 0.5, "mIoUC": 0.5, "smooth": 1.0}),
    ("jdt", {"mIoUD": 0.5, "mIoUC": 1.0, "alpha": 0.5, "beta": 0.5, "gamma": 2.0}),
    ("ssim", {}),
    ("ssim", {"window": 5, "sigma": 1.0, "border": "inside"}),
    ("dpce", {}),
    ("dpce", {"penalty": 4.0}),
]


def libraries(folder):
    """What libraries give, as (loss, options, batch, library, value, factor): theirs is factor times ours."""
    sys.path.insert(0, folder)
    # The package's own __init__ imports encoders that need more packages.
    package = types.ModuleType("segmentation_models_pytorch")
    package.__path__ = [str(Path(folder) / "segmentation_models_pytorch")]
    sys.modules["segmentation_models_pytorch"] = package
    smp = importlib.import_module("segmentation_models_pytorch.losses")
    monai = types.SimpleNamespace(
        dice=importlib.import_module("monai.losses.dice"),
        focal=importlib.import_module("monai.losses.focal_loss"),
        tversky=importlib.import_module("monai.losses.tversky"),
    )
    authors_lovasz = importlib.import_module("lovasz_losses")
    authors_jdt = importlib.import_module("jdt_loss")
    authors_ssim = importlib.import_module("basnet_ssim")
    present = 3 / C

    for name, (logits, labels) in BATCHES.items():
        x = logits.movedim(-1, 1).contiguous()
        s = "segmentation-models-pytorch 0.6.0"
        multiclass = {"mode": "multiclass", "ignore_index": IGNORE}
        yield "dice", {}, name, s, smp.DiceLoss(**multiclass)(x, labels), present
        yield "dice", {"log": True}, name, s, smp.DiceLoss(**multiclass, log_loss=True)(x, labels), present
        tversky = smp.TverskyLoss(**multiclass, alpha=0.3, beta=0.7)
        yield "tversky", {"alpha": 0.3, "beta": 0.7}, name, s, tversky(x, labels), present
        sigmoid = {"activation": "sigmoid", "alpha": 0.25}
        yield "focal", sigmoid, name, s, smp.FocalLoss(**multiclass, alpha=0.25)(x, labels), 1 / C
        yield "lovasz", {}, name, s, smp.LovaszLoss(**multiclass)(x.float(), labels), 1
        yield "lovasz", {"per": "image"}, name, s, smp.LovaszLoss(**multiclass, per_image=True)(x.float(), labels), 1
        authors = "bermanmaxim/LovaszSoftmax"
        for options in ({}, {"classes": "all"}):
            classes = options.get("classes", "present")
            theirs = authors_lovasz.lovasz_softmax(x.float().softmax(1), labels, ignore=IGNORE, classes=classes)
            yield "lovasz", options, name, authors, theirs, 1
        for case, options in CASES:
            if case == "jdt":
                theirs = authors_jdt.JDTLoss(ignore_index=IGNORE, **options)(x, labels)
                yield "jdt", options, name, "zifuwanggg/JDTLosses", theirs, 1

        if name == "whole":
            # These know no ignored pixels.
            m = "monai 1.6.1"
            target = labels.unsqueeze(1)
            soft = {"softmax": True, "to_onehot_y": True}
            image = {"per": "image", "classes": "all", "smooth": 1e-5}
            yield "dice", image, name, m, monai.dice.DiceLoss(**soft)(x, target), 1
            yield "dice", {**image, "squared": True}, name, m, monai.dice.DiceLoss(**soft, squared_pred=True)(x, target), 1
            # Their sums are doubled, the smoothing is not.
            yield "jaccard", {**image, "smooth": 5e-6}, name, m, monai.dice.DiceLoss(**soft, jaccard=True)(x, target), 1
            yield "focal", {}, name, m, monai.focal.FocalLoss(to_onehot_y=True, use_softmax=True)(x.float(), target), 1 / C
            yield "jaccard", {}, name, s, smp.JaccardLoss("multiclass")(x, labels), present
            y = one_hot(labels).movedim(-1, 1)
            theirs = 1 - authors_ssim.ssim(x.softmax(1).float(), y.float())
            yield "ssim", {}, name, "NathanUA/BASNet", theirs, 1


def main():
    cases = []
    for batch, (logits, labels) in BATCHES.items():
        for loss, options in CASES:
            z = logits.clone().requires_grad_()
            value = LOSSES[loss](z, labels, **options)
            value.backward()
            gradient = [float(f"{g:.6g}") for g in z.grad.flatten().tolist()]
            cases.append({"batch": batch, "loss": loss, "options": options, "value": float(value.detach()), "gradient": gradient})
    golden = {
        "shape": [N, H, W, C],
        "batches": {k: {"logits": z.flatten().tolist(), "labels": y.flatten().tolist()} for k, (z, y) in BATCHES.items()},
        "cases": cases,
        "libraries": [
            {"batch": batch, "loss": loss, "options": options, "library": library, "value": float(value), "factor": factor}
            for loss, options, batch, library, value, factor in (libraries(sys.argv[1]) if len(sys.argv) > 1 else [])
        ],
    }
    target = Path(__file__).with_name("losses.json")
    if len(sys.argv) <= 1 and target.exists():
        golden["libraries"] = json.loads(target.read_text())["libraries"]
    text = json.dumps(golden, separators=(",", ":"))
    target.write_text(text.replace('{"batch"', '\n{"batch"') + "\n")


main()
