"""Values of metrics as others compute them: make-goldens.py > values.json.

Made with numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1 and MONAI 1.6.1. Each image is a data set of its own.
"""

import json
import warnings

import numpy as np
import torch
from monai.metrics import compute_surface_dice
from monai.metrics.generalized_dice import compute_generalized_dice
from scipy import ndimage
from sklearn import metrics

warnings.filterwarnings("ignore")


def smooth(rng, shape, classes):
    """A picture of connected regions."""
    noise = rng.normal(size=(classes, *shape))
    return np.argmax([ndimage.gaussian_filter(each, 2) for each in noise], axis=0)


def square(shape, top, left, side):
    picture = np.zeros(shape, int)
    picture[top : top + side, left : left + side] = 1
    return picture


def cases():
    rng = np.random.default_rng(0)
    for shape in ((24, 31), (17, 40)):
        label = smooth(rng, shape, 3)
        other = smooth(rng, shape, 3)
        yield f"moved, {shape}", 3, label, np.roll(label, (1, 2), (0, 1))
        yield f"partly another, {shape}", 3, label, np.where(rng.random(shape) < 0.3, other, label)
        yield f"unrelated, {shape}", 3, label, other
    yield "a class that is labelled alone", 3, smooth(rng, (16, 16), 3), smooth(rng, (16, 16), 2)
    yield "a square that is off by 2", 2, square((20, 20), 4, 5, 9), square((20, 20), 6, 5, 9)
    yield "a square that is off by 3 and 4", 2, square((24, 24), 4, 5, 9), square((24, 24), 7, 9, 9)
    yield "a square at the border", 2, square((16, 18), 0, 0, 8), square((16, 18), 1, 0, 8)
    yield "nothing predicted", 2, square((12, 12), 3, 3, 5), np.zeros((12, 12), int)
    yield "all right", 3, label, label


def one_hot(picture, classes):
    return torch.from_numpy(np.eye(classes, dtype=np.float32)[picture]).permute(2, 0, 1)[None]


def mean(values):
    kept = [value for value in values if not np.isnan(value)]
    return float(np.mean(kept)) if kept else None


def counts(label, prediction, c):
    p, y = prediction == c, label == c
    return (p & y).sum(), (p & ~y).sum(), (~p & y).sum()


def of_classes(label, prediction, classes, value, first=0):
    """The mean over the classes that are labelled or predicted."""
    ratios = []
    for c in range(first, classes):
        above, below = value(*counts(label, prediction, c))
        ratios.append(above / below if below > 0 else np.nan)
    return mean(ratios)


def values(label, prediction, classes):
    def overlap(value, first=0):
        return of_classes(label, prediction, classes, value, first)

    yield "precision", {}, overlap(lambda tp, fp, fn: (tp, tp + fp))
    yield "precision", {"background": False}, overlap(lambda tp, fp, fn: (tp, tp + fp), 1)
    yield "recall", {}, overlap(lambda tp, fp, fn: (tp, tp + fn))
    present = sorted({*label.flat} | {*prediction.flat})
    for beta in (0.5, 1, 2):
        each = metrics.fbeta_score(
            label.ravel(), prediction.ravel(), beta=beta, labels=present, average=None, zero_division=0
        )
        yield "fbeta", {"beta": beta}, mean(each)
    yield "tversky-index", {}, overlap(lambda tp, fp, fn: (tp, tp + 0.3 * fp + 0.7 * fn))
    yield "tversky-index", {"alpha": 2, "beta": 0.5}, overlap(lambda tp, fp, fn: (tp, tp + 2 * fp + 0.5 * fn))
    if len({*label.flat}) == classes:  # MONAI has a weight for classes that are not labelled
        for weights in ("square", "simple", "uniform"):
            score = compute_generalized_dice(
                one_hot(prediction, classes), one_hot(label, classes), weight_type=weights, sum_over_classes=True
            )
            yield "generalised-dice", {"weights": weights}, float(score.flatten()[0])
    for tolerance, spacing in ((1, (1, 1)), (2, (1, 1)), (5, (1, 1)), (2.5, (0.5, 1.2)), (3, (3.0, 0.3))):
        yield (
            "nsd",
            {"tolerance": tolerance, "spacing": spacing},
            surface_dice(label, prediction, [tolerance] * classes, spacing),
        )
    yield (
        "nsd",
        {"tolerance": 2, "background": False},
        surface_dice(label, prediction, [2] * (classes - 1), (1, 1), background=False),
    )
    yield "nsd", {"tolerance": [0, 1, 3]}, surface_dice(label, prediction, [0, 1, 3][:classes], (1, 1))
    steps = [surface_dice(label, prediction, [each] * classes, (1, 1)) for each in range(4)]
    yield "nsd", {"tolerance": 3, "steps": 3}, None if None in steps else float(np.mean(steps))


def surface_dice(label, prediction, tolerances, spacing, background=True):
    classes = len(tolerances) + (0 if background else 1)
    return mean(
        compute_surface_dice(
            one_hot(prediction, classes),
            one_hot(label, classes),
            list(tolerances),
            include_background=background,
            spacing=list(spacing),
        )
        .numpy()
        .ravel()
        .astype(float)
    )


def rows(picture):
    return ["".join(map(str, row)) for row in picture]


print(
    json.dumps(
        [
            {
                "title": title,
                "classes": classes,
                "label": rows(label),
                "prediction": rows(prediction),
                "values": [
                    {"metric": metric, "options": options, "value": value}
                    for metric, options, value in values(label, prediction, classes)
                ],
            }
            for title, classes, label, prediction in cases()
        ],
        indent=1,
    )
)
