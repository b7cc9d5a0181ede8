"""Writes ../golden/encoders.json: features and gradients of the encoders by PyTorch, in float64.

python -m pip install torch==2.15.0 torchvision==0.29.2 timm==1.0.22, then: python make_golden.py
"""

import json
import pathlib

import formula
import torch
from draw import draw, tensor_of
from encoders import encoder, fill, named_tensors
from formula import signed, weight
from summary import entries, nhwc, summary

KINDS = [
    ("resnet18", False),
    ("resnet34", False),
    ("resnet50", False),
    ("resnet50", True),
    ("resnet101", False),
    ("mobilenet-v2", False),
    ("efficientnet-lite0", False),
]
# With odd sizes and even ones, both ways round.
SIZES = {8: (33, 50), 16: (49, 65), 32: (64, 97)}
COUNT = 2


def objective(features):
    return sum(
        (f.permute(0, 2, 3, 1) * torch.from_numpy(signed(f"objective {i}", nhwc(f).shape)).to(f.dtype)).sum()
        for i, f in enumerate(features)
    )


def case(name, deep_stem, output_stride):
    size = [COUNT, *SIZES[output_stride]]

    def make(dtype):
        network = encoder(name, output_stride, deep_stem).to(dtype)
        return network, named_tensors(network, network.names)

    seed, loose = draw(make, size, objective)
    network, tensors = make(torch.float64)
    x = tensor_of(seed, size, torch.float64)
    result = {"backbone": name, "deepStem": deep_stem, "outputStride": output_stride, "size": size}
    result |= {"seed": seed, "loose": loose}
    for mode in ("eval", "train"):
        fill(tensors, weight)
        network.train(mode == "train")
        features = network(x)
        result[mode] = [
            {"shape": list(nhwc(f).shape), "sums": summary(f"stage {i}", nhwc(f)), "entries": entries(nhwc(f))}
            for i, f in enumerate(features)
        ]
    objective(features).backward()
    parameters = sorted((name, tensor) for name, tensor in tensors if tensor.requires_grad)
    result["gradients"] = [summary(name, tensor.grad.numpy()) for name, tensor in parameters]
    statistics = sorted((name, tensor) for name, tensor in tensors if not tensor.requires_grad)
    result["statistics"] = summary("statistics", torch.cat([tensor for _, tensor in statistics]).numpy())
    return result


torch.set_num_threads(1)
cases = []
for kind in KINDS:
    for stride in SIZES:
        cases.append(case(*kind, stride))
        print(*kind, stride, cases[-1]["seed"], cases[-1]["loose"], flush=True)
    formula.weight.cache_clear()
path = pathlib.Path(__file__).parent.parent / "golden" / "encoders.json"
lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in cases)
path.write_text(f"[\n{lines}\n]\n")
print(path, path.stat().st_size)
