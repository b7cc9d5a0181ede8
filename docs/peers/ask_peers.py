"""Asks other packages for their values of cases.json, and writes answers.json.

Python 3.11 with keras 3.15.1 (KERAS_BACKEND=torch), medpy 0.5.2, monai 1.6.1, scikit-learn 1.9.1, segmentation-models-pytorch 0.6.0,
Surface-Distance-Based-Measures 0.1, torch 2.15.0, torchmetrics 1.9.0:
KERAS_BACKEND=torch python ask_peers.py, then: node make-page.js
"""

import json
import math
import pathlib
import warnings
from importlib.metadata import version

warnings.filterwarnings("ignore")

import keras
import medpy.metric.binary as medpy
import numpy as np
import segmentation_models_pytorch as smp
import surface_distance
import torch
from monai.metrics import (
    DiceMetric,
    MeanIoU,
    compute_average_surface_distance,
    compute_hausdorff_distance,
    compute_surface_dice,
)
from sklearn.metrics import f1_score, jaccard_score
from torchmetrics.segmentation import DiceScore, GeneralizedDiceScore, HausdorffDistance
from torchmetrics.segmentation import MeanIoU as TorchmetricsIoU

HERE = pathlib.Path(__file__).parent
IGNORED = 255
#: Pixels.
TOLERANCE = 2


def classes_of(rows):
    return np.array([[IGNORED if c == "." else int(c) for c in row] for row in rows])


def one_hot(images, classes):
    """[n, c, h, w]; ignored pixels are of no class."""
    return torch.from_numpy(np.stack([[image == c for c in range(classes)] for image in images]).astype(np.float32))


def listed(values):
    """What JSON has no number for stands there as text."""
    return [show(float(value)) for value in np.asarray(values, dtype=float).ravel()]


def show(value):
    if math.isnan(value):
        return "nan"
    return ("inf" if value > 0 else "-inf") if math.isinf(value) else value


def tried(ask):
    try:
        return listed(ask())
    except Exception as error:  # What a package refuses is an answer.
        return f"{type(error).__name__}: {str(error).splitlines()[0][:120]}"


def overlaps(labels, predictions, classes):
    y, p = one_hot(labels, classes), one_hot(predictions, classes)
    flat_y = np.concatenate([image.ravel() for image in labels])
    flat_p = np.concatenate([image.ravel() for image in predictions])
    counted = flat_y != IGNORED
    known = list(range(classes))
    index_y, index_p = torch.from_numpy(np.stack(labels)), torch.from_numpy(np.stack(predictions))
    has_ignored = not counted.all()

    def torchmetrics_of(metric):
        metric.update(p.long(), y.long())
        return metric.compute()

    def monai_of(metric):
        metric(p, y)
        return metric.aggregate()

    def smp_of(score):
        stats = smp.metrics.get_stats(
            index_p, index_y, mode="multiclass", num_classes=classes, ignore_index=IGNORED if has_ignored else None
        )
        return score(*[s.sum(0, keepdim=True) for s in stats], reduction=None).ravel()

    def keras_of():
        per_class = []
        for c in known:
            metric = keras.metrics.IoU(classes, [c], ignore_class=IGNORED if has_ignored else None)
            metric.update_state(flat_y, flat_p)
            per_class.append(float(metric.result()))
        return per_class

    return {
        "iou": {
            "torchmetrics": tried(lambda: torchmetrics_of(TorchmetricsIoU(classes, per_class=True))),
            "monai": tried(lambda: monai_of(MeanIoU(reduction="mean_batch"))),
            "smp": tried(lambda: smp_of(smp.metrics.iou_score)),
            "scikit-learn": tried(
                lambda: jaccard_score(flat_y[counted], flat_p[counted], labels=known, average=None, zero_division=0)
            ),
            "keras": tried(keras_of),
        },
        "dice": {
            "torchmetrics": tried(
                lambda: torchmetrics_of(DiceScore(classes, average="none", aggregation_level="global"))
            ),
            "monai": tried(lambda: monai_of(DiceMetric(reduction="mean_batch"))),
            "smp": tried(lambda: smp_of(smp.metrics.f1_score)),
            "scikit-learn": tried(
                lambda: f1_score(flat_y[counted], flat_p[counted], labels=known, average=None, zero_division=np.nan)
            ),
            "medpy": tried(
                lambda: [medpy.dc(np.stack(predictions) == c, np.stack(labels) == c) for c in known]
            ),
        },
    }


def distances(label, prediction, classes):
    y, p = one_hot([label], classes), one_hot([prediction], classes)
    known = range(classes)

    def of_classes(measure):
        """Of surface-distance: a mask for each class."""
        return [
            measure(surface_distance.compute_surface_distances(label == c, prediction == c, spacing_mm=(1, 1)))
            for c in known
        ]

    def by_class(measure):
        """Of MedPy, which raises where a mask is empty."""
        values = []
        for c in known:
            try:
                values.append(measure(prediction == c, label == c))
            except RuntimeError:
                values.append(float("nan"))
        return values

    def torchmetrics_hd():
        metric = HausdorffDistance(classes, include_background=True)
        metric.update(p.long(), y.long())
        return metric.compute()

    keep = {"include_background": True}
    return {
        "hd": {
            "monai": tried(lambda: compute_hausdorff_distance(p, y, **keep)),
            "medpy": tried(lambda: by_class(medpy.hd)),
            "surface-distance": tried(lambda: of_classes(lambda d: surface_distance.compute_robust_hausdorff(d, 100))),
            "torchmetrics (mean)": tried(torchmetrics_hd),
        },
        "hd95": {
            "monai": tried(lambda: compute_hausdorff_distance(p, y, percentile=95, **keep)),
            "medpy": tried(lambda: by_class(medpy.hd95)),
            "surface-distance": tried(lambda: of_classes(lambda d: surface_distance.compute_robust_hausdorff(d, 95))),
        },
        "assd": {
            "monai": tried(lambda: compute_average_surface_distance(p, y, symmetric=True, **keep)),
            "medpy": tried(lambda: by_class(medpy.assd)),
            "surface-distance": tried(
                lambda: of_classes(lambda d: np.mean(surface_distance.compute_average_surface_distance(d)))
            ),
        },
        "nsd": {
            "monai": tried(lambda: compute_surface_dice(p, y, class_thresholds=[TOLERANCE] * classes, **keep)),
            "surface-distance": tried(
                lambda: of_classes(lambda d: surface_distance.compute_surface_dice_at_tolerance(d, TOLERANCE))
            ),
        },
    }


def answer(case):
    labels = [classes_of(image["label"]) for image in case["images"]]
    predictions = [classes_of(image["prediction"]) for image in case["images"]]
    answers = overlaps(labels, predictions, case["classes"])
    if len(labels) == 1:
        answers |= distances(labels[0], predictions[0], case["classes"])
    return answers


PACKAGES = {
    "torchmetrics": "torchmetrics",
    "monai": "monai",
    "smp": "segmentation-models-pytorch",
    "scikit-learn": "scikit-learn",
    "keras": "keras",
    "medpy": "medpy",
    "surface-distance": "Surface-Distance-Based-Measures",
}


def main():
    cases = json.loads((HERE / "cases.json").read_text())
    document = {
        "versions": {name: f"{package} {version(package)}" for name, package in PACKAGES.items()},
        "answers": {case["name"]: answer(case) for case in cases},
    }
    (HERE / "answers.json").write_text(json.dumps(document, indent=1) + "\n")


main()
