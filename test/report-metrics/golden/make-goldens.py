"""Writes report-metrics.json: what other people's packages say of a few images.

Run with Python 3.11 and monai 1.6.1, torch 2.15.0, torchmetrics 1.9.0, scikit-image 0.26.0, scikit-learn 1.9.1, scipy 1.17.1:
python make-goldens.py
"""

import json
import pathlib

import numpy as np
import torch
from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance
from scipy import ndimage
from skimage.measure import euler_number, label as components
from sklearn.metrics import matthews_corrcoef
from torchmetrics.detection import PanopticQuality
from torchmetrics.functional.classification import multiclass_calibration_error

CLASSES = 3
IGNORED = 255
EIGHT = np.ones((3, 3))


def blobs(random, height, width):
    """A map of smooth regions."""
    noise = np.stack([ndimage.gaussian_filter(random.normal(size=(height, width)), 2) for _ in range(CLASSES)])
    return noise.argmax(0)


def moved(random, labels):
    prediction = np.roll(labels, (1, -1), (0, 1))
    wrong = random.random(labels.shape) < 0.05
    return np.where(wrong, random.integers(0, CLASSES, labels.shape), prediction)


def one_hot(classes):
    return torch.from_numpy(np.stack([classes == c for c in range(CLASSES)])[None].astype(np.float32))


def number(value):
    value = float(value)
    return value if np.isfinite(value) else None


def distances(prediction, labels):
    pair = one_hot(prediction), one_hot(labels)
    found = {}
    for name, spacing in (("one", [1.0, 1.0]), ("two", [2.0, 0.5])):
        found[name] = {
            "hd": compute_hausdorff_distance(*pair, include_background=True, spacing=spacing)[0],
            "hd95": compute_hausdorff_distance(*pair, include_background=True, percentile=95, spacing=spacing)[0],
            "assd": compute_average_surface_distance(*pair, include_background=True, symmetric=True, spacing=spacing)[0],
        }
    return {key: {name: [number(v) for v in values] for name, values in of.items()} for key, of in found.items()}


def betti(prediction, labels):
    def numbers(mask):
        parts = int(components(mask, connectivity=2).max())
        # Of what lies inside an image: outside of it there is nothing.
        padded = np.pad(mask, 1)
        return parts, parts - int(euler_number(padded, connectivity=2))

    errors = []
    for c in range(CLASSES):
        (p0, p1), (y0, y1) = numbers(prediction == c), numbers(labels == c)
        errors.append(abs(p0 - y0) + abs(p1 - y1) if (prediction == c).any() or (labels == c).any() else None)
    return errors


def segments(classes):
    """[h, w, 2]: the class, and the component of it; of class 0 all pixels are one."""
    instances = np.zeros_like(classes)
    for c in range(1, CLASSES):
        instances = np.where(classes == c, ndimage.label(classes == c, EIGHT)[0], instances)
    return torch.from_numpy(np.stack([classes, instances], -1))


def in_order(things_then_stuff):
    values = [float(v) for v in things_then_stuff.ravel()]
    return values[-1:] + values[:-1]


def main():
    random = np.random.default_rng(7)
    images = []
    panoptic = PanopticQuality(things=set(range(1, CLASSES)), stuffs={0}, return_per_class=True)
    panoptic_ignored = PanopticQuality(
        things=set(range(1, CLASSES)), stuffs={0}, allow_unknown_preds_category=True, return_per_class=True
    )
    for height, width in ((24, 31), (40, 17), (9, 9)):
        labels = blobs(random, height, width)
        prediction = moved(random, labels)
        logits = random.normal(size=(CLASSES, height, width)) + 2 * one_hot(prediction)[0].numpy()
        probabilities = torch.softmax(torch.from_numpy(logits).float(), 0)
        ignored = labels.copy()
        ignored[ndimage.gaussian_filter(random.normal(size=labels.shape), 2) > 0.15] = IGNORED
        panoptic.update(segments(prediction)[None], segments(labels)[None])
        panoptic_ignored.update(segments(prediction)[None], segments(ignored)[None])
        images.append(
            {
                "height": height,
                "width": width,
                "label": labels.ravel().tolist(),
                "ignored": ignored.ravel().tolist(),
                "prediction": prediction.ravel().tolist(),
                "probabilities": [float(np.float32(p)) for p in probabilities.ravel().tolist()],
                "distances": distances(prediction, labels),
                "betti": betti(prediction, labels),
            }
        )
    joined = lambda key: np.concatenate([image[key] for image in images])
    labels, prediction, ignored = joined("label"), joined("prediction"), joined("ignored")
    valid = ignored != IGNORED
    probabilities = torch.cat(
        [torch.tensor(i["probabilities"]).reshape(CLASSES, -1).T for i in images]
    )
    calibration = lambda bins, keep: float(
        multiclass_calibration_error(
            probabilities[keep], torch.from_numpy(labels)[keep], CLASSES, n_bins=bins, norm="l1"
        )
    )
    everywhere = np.ones_like(valid)
    document = {
        "classes": CLASSES,
        "images": images,
        "mcc": {
            "all": float(matthews_corrcoef(labels, prediction)),
            "perClass": [float(matthews_corrcoef(labels == c, prediction == c)) for c in range(CLASSES)],
            "ignored": float(matthews_corrcoef(labels[valid], prediction[valid])),
        },
        "ece": {"15": calibration(15, everywhere), "4": calibration(4, everywhere), "ignored": calibration(15, valid)},
        "panoptic": {
            "all": in_order(panoptic.compute()),
            "ignored": in_order(panoptic_ignored.compute()),
        },
    }
    pathlib.Path(__file__).with_name("report-metrics.json").write_text(json.dumps(document) + "\n")


main()
