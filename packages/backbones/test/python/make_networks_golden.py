"""Writes test/golden/networks.json of the network plugins: logits and gradients by PyTorch, in float64. See make_golden.py."""

import json
import pathlib

import formula
import torch
from draw import draw, tensor_of
from encoders import fill
from formula import weight
from networks import make_network, objective_of
from summary import entries, nhwc, summary

SLIM = {"pyramidChannels": 24, "skipChannels": 12, "decoderChannels": 20, "auxiliaryWeight": 0, "separable": True}
CASES = {
    "deeplabv3plus": [
        ([3, 33, 50], {**SLIM, "backbone": "resnet18", "outputStride": 8, "rates": [2, 4]}),
        ([3, 49, 65], {**SLIM, "backbone": "resnet18", "outputStride": 16, "rates": [6, 12, 18], "separable": False}),
        ([3, 64, 97], {**SLIM, "backbone": "resnet50", "outputStride": 32, "rates": [1, 2], "auxiliaryWeight": 0.4}),
        ([3, 33, 50], {**SLIM, "backbone": "mobilenet-v2", "outputStride": 8, "rates": [], "auxiliaryWeight": 0.4}),
        ([3, 49, 66], {**SLIM, "backbone": "efficientnet-lite0", "outputStride": 16, "rates": [2, 4]}),
    ],
    "pspnet": [
        (size, {"pooledChannels": 12, "channels": 20, "bins": [1, 2, 3, 6], **options})
        for size, options in [
            ([3, 33, 50], {"backbone": "resnet50", "outputStride": 8, "auxiliaryWeight": 0.4}),
            ([3, 49, 65], {"backbone": "efficientnet-lite0", "outputStride": 16, "auxiliaryWeight": 0}),
        ]
    ],
}
CLASSES = 5


def case(use, size, options):
    objective = objective_of(options)
    seed, loose = draw(lambda dtype: make_network(use, CLASSES, options, dtype), size, objective)
    network, tensors = make_network(use, CLASSES, options, torch.float64)
    x = tensor_of(seed, size, torch.float64)
    result = {"options": options, "classes": CLASSES, "size": size, "seed": seed, "loose": loose}
    for mode in ("eval", "train"):
        fill(tensors, weight)
        network.train(mode == "train")
        logits = network(x)
        result[mode] = [{"sums": summary("logits", nhwc(each)), "entries": entries(nhwc(each))} for each in logits]
    objective(logits).backward()
    parameters = sorted((name, tensor) for name, tensor in tensors if tensor.requires_grad)
    result["gradients"] = [summary(name, tensor.grad.numpy()) for name, tensor in parameters]
    return result


torch.set_num_threads(1)
ROOT = pathlib.Path(__file__).parents[4]
for use, cases in CASES.items():
    lines = []
    for size, options in cases:
        made = case(use, size, options)
        print(use, options["backbone"], made["seed"], made["loose"], flush=True)
        lines.append(json.dumps(made, separators=(",", ":")))
        formula.weight.cache_clear()
    path = ROOT / "plugins" / f"network-{use}" / "test" / "golden" / "networks.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    joined = ",\n".join(lines)
    path.write_text(f"[\n{joined}\n]\n")
    print(path, path.stat().st_size)
