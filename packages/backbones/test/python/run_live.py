"""Logits and gradients of one network by PyTorch, in float64: python run_live.py FOLDER.

FOLDER/case.json says what; FOLDER/weights.json names the tensors of FOLDER/weights.f32, a network's state dict. Written are
FOLDER/eval.f32 and train.f32 (logits, [n, h, w, classes]), and gradients.f32, by the sorted names of the parameters.
"""

import json
import pathlib
import sys

import numpy as np
import torch
from formula import images, signed
from networks import Network
from summary import nhwc

folder = pathlib.Path(sys.argv[1])
case = json.loads((folder / "case.json").read_text())
network = Network(case["use"], case["classes"], case["options"]).double()
tensors = dict(network.tensors())

stored = np.fromfile(folder / "weights.f32", dtype=np.float32)
places, offset = {}, 0
for name, shape in json.loads((folder / "weights.json").read_text()):
    size = int(np.prod(shape))
    places[name] = stored[offset : offset + size].reshape(shape)
    offset += size
assert places.keys() == tensors.keys(), sorted(places.keys() ^ tensors.keys())


def load():
    with torch.no_grad():
        for name, tensor in tensors.items():
            assert tuple(tensor.shape) == places[name].shape, name
            tensor.copy_(torch.from_numpy(places[name]))


def write(file, arrays):
    np.concatenate([np.asarray(each, dtype=np.float32).reshape(-1) for each in arrays]).tofile(folder / file)


x = torch.from_numpy(images(*case["size"])).double().permute(0, 3, 1, 2)
load()
write("eval.f32", [nhwc(network.eval()(x)[0])])
load()
logits = network.train()(x)
write("train.f32", [nhwc(each) for each in logits])
weights = [1, case["options"].get("auxiliaryWeight", 0)]
sum(
    factor * (each.permute(0, 2, 3, 1) * torch.from_numpy(signed("objective", nhwc(each).shape))).sum()
    for factor, each in zip(weights, logits)
).backward()
names = sorted(name for name, tensor in tensors.items() if tensor.requires_grad)
write("gradients.f32", [tensors[name].grad.numpy() for name in names])
