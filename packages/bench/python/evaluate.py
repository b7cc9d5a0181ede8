"""The six metrics of one image with NumPy and SciPy: prints milliseconds and values as JSON.

Takes the settings of evaluate-settings.ts as JSON. Written as the definitions stand; windows are SciPy's minimum and
maximum filters, which take one direction after the other (its binary morphology takes many times as long).
"""

import json
import sys
import time

import numpy as np
from scipy.ndimage import maximum_filter, minimum_filter


def outlines(image, classes):
    """Of each class: its pixels with another of the image beside them."""
    masks = (np.equal(image, c).astype(np.uint8) for c in range(classes))
    return [mask - minimum_filter(mask, 3, mode="constant", cval=1) for mask in masks]


def dilate(mask, tolerance):
    return maximum_filter(mask, 2 * tolerance + 1, mode="constant", cval=0)


def confusion(prediction, label, counted, classes):
    pairs = label[counted].astype(np.int64) * classes + prediction[counted]
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes).astype(np.float64)


def iou(matrix):
    hits = np.diag(matrix)
    return hits / (matrix.sum(0) + matrix.sum(1) - hits)


def evaluate(prediction, label, metrics, classes, tolerance):
    valid = label < classes
    values = {}
    if {"miou", "fwiou", "macc", "gacc"} & set(metrics):
        matrix = confusion(prediction, label, valid, classes)
        labelled = matrix.sum(1)
        hits = np.diag(matrix)
        values["miou"] = np.nanmean(iou(matrix))
        values["fwiou"] = np.nansum(iou(matrix) * labelled) / labelled.sum()
        values["macc"] = np.nanmean(hits / labelled)
        values["gacc"] = hits.sum() / labelled.sum()
    if {"biou", "bf1"} & set(metrics):
        edges = outlines(label, classes)
        near = [dilate(edge, tolerance) for edge in edges]
    if "biou" in metrics:
        values["biou"] = np.nanmean(iou(confusion(prediction, label, valid & np.any(near, 0), classes)))
    if "bf1" in metrics:
        scores = []
        for drawn, true, near_true in zip(outlines(prediction, classes), edges, near):
            if not true.any():
                continue
            precision = np.count_nonzero(drawn & near_true) / max(1, np.count_nonzero(drawn))
            recall = np.count_nonzero(dilate(drawn, tolerance) & true) / np.count_nonzero(true)
            scores.append(2 * precision * recall / max(1e-300, precision + recall))
        values["bf1"] = np.mean(scores)
    return {name: float(values[name]) for name in metrics}


def main():
    settings = json.loads(sys.argv[1])
    shape = (settings["height"], settings["width"])
    prediction, label = (np.fromfile(settings[key], np.uint8).reshape(shape) for key in ("prediction", "label"))
    arguments = (settings["metrics"], settings["classes"], settings["tolerance"])
    milliseconds = []
    np.seterr(invalid="ignore")
    for _ in range(settings["samples"]):
        start = time.perf_counter()
        values = evaluate(prediction, label, *arguments)
        milliseconds.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"milliseconds": milliseconds, "values": values}))


main()
