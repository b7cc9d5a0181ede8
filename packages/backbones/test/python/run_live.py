"""Logits and gradients of one network by PyTorch, in float64: python run_live.py FOLDER.

FOLDER/case.json says what; FOLDER/weights.json names the tensors of FOLDER/weights.f32, a network's state dict of the formula. Written
are FOLDER/drawn.json (see draw.py), FOLDER/eval.f32 and train.f32 (logits, [n, h, w, classes]), and gradients.f32, by the
sorted names of the parameters.
"""

import json
import pathlib
import sys

import numpy as np
import torch
from draw import draw, tensor_of
from networks import make_network, objective_of
from summary import nhwc

torch.set_num_threads(1)
folder = pathlib.Path(sys.argv[1])
case = json.loads((folder / "case.json").read_text())
objective = objective_of(case["options"])


def make(dtype):
    return make_network(case["use"], case["classes"], case["options"], dtype)


network, tensors = make(torch.float64)
tensors = dict(tensors)

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


seed, loose = draw(make, case["size"], objective, margin=0.5)  # a whole one takes many draws
(folder / "drawn.json").write_text(json.dumps({"seed": seed, "loose": loose}))
x = tensor_of(seed, case["size"], torch.float64)
load()
write("eval.f32", [nhwc(network.eval()(x)[0])])
load()
logits = network.train()(x)
write("train.f32", [nhwc(each) for each in logits])
objective(logits).backward()
names = sorted(name for name, tensor in tensors.items() if tensor.requires_grad)
write("gradients.f32", [tensors[name].grad.numpy() for name in names])
