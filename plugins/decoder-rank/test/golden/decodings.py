"""Golden values of the decoder: what the package of RankSEG's authors makes of the same probabilities, in float64. These are whole
multiples of 2^-20, so that both languages have the same.
Run: pip install rankseg==0.0.8 torch, then: python decodings.py > decodings.json"""

import json
from importlib.metadata import version

import numpy as np
import torch
from rankseg import rankseg_rma

PARTS = 2**20


def parts_of(probabilities, parts=PARTS):
    """[c, h, w] to whole numbers of parts, as many at each pixel; the class with the largest share takes what is left over."""
    whole = np.floor(probabilities * parts).astype(np.int64)
    rest = parts - whole.sum(axis=0)
    largest = probabilities.argmax(axis=0)
    np.put_along_axis(whole, largest[None], np.take_along_axis(whole, largest[None], 0) + rest[None], 0)
    return whole * (PARTS // parts)


def softmax(logits):
    shares = np.exp(logits - logits.max(axis=0))
    return shares / shares.sum(axis=0)


def noisy(classes, height, width, certainty, seed, bias=None):
    """Stripes of classes, which a network is more or less sure of."""
    generator = np.random.default_rng(seed)
    logits = generator.standard_normal((classes, height, width))
    logits[np.arange(width) * classes // width, :, np.arange(width)] += certainty
    if bias is not None:
        logits += np.array(bias)[:, None, None]
    return softmax(logits)


def case(name, parts, pruning=0.5):
    classes, height, width = parts.shape
    probabilities = torch.tensor(parts / PARTS, dtype=torch.float64)[None]
    decoded = {
        metric: rankseg_rma(probabilities, metric=metric, smooth=0.0, pruning_prob=pruning, safe_screening=False)
        for metric in ("iou", "dice")
    }
    return {
        "name": name,
        "pruning": pruning,
        "size": [height, width],
        "classes": classes,
        "parts": parts.flatten().tolist(),
        **{metric: classes_of[0].flatten().tolist() for metric, classes_of in decoded.items()},
    }


flat = parts_of(np.full((4, 3, 5), 0.25))
cases = [
    case("two classes", parts_of(noisy(2, 5, 6, 1.0, 1))),
    case("three classes, unsure", parts_of(noisy(3, 6, 9, 0.7, 2))),
    case("five classes, surer", parts_of(noisy(5, 8, 10, 3.0, 3))),
    case("a rare class", parts_of(noisy(3, 8, 9, 2.0, 4, [1.5, 0.0, -1.5]))),
    case("some classes left out", parts_of(noisy(6, 6, 6, 1.5, 5, [2.0, 2.0, 0.0, 0.0, -3.0, -3.0]))),
    case("all classes left out", parts_of(noisy(5, 4, 5, 0.0, 6) * 0.2 + 0.16)),
    case("all left out, a large bound", parts_of(noisy(4, 5, 6, 2.0, 7)), 1.0),
    case("none left out", parts_of(noisy(4, 5, 6, 1.0, 8)), 0.0),
    case("a smaller bound", parts_of(noisy(7, 7, 7, 0.5, 9)), 0.3),
    case("ties: eighths", parts_of(noisy(3, 8, 8, 1.0, 10), 8)),
    case("ties: quarters, none left out", parts_of(noisy(4, 8, 8, 1.0, 11), 4), 0.0),
    case("flat", flat),
    case("flat, none left out", flat, 0.0),
    case("one-hot", parts_of(np.eye(3)[np.arange(12) % 3].T.reshape(3, 3, 4))),
    case("nineteen classes", parts_of(noisy(19, 10, 19, 2.5, 12))),
]
print(json.dumps({"rankseg": version("rankseg"), "partsOfOne": PARTS, "cases": cases}, separators=(",", ":")))
