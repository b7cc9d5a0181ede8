"""The probabilities that a trained network gives an image: python run_trained.py WEIGHTS IMAGE OUT.npy.

WEIGHTS is what `asl train` wrote, and nothing else is known of the network; the image is of the size that it was trained at.
"""

import json
import sys

import numpy as np
import torch
from networks import Network
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file

weights, image, out = sys.argv[1:]
with safe_open(weights, framework="pt") as file:
    made = file.metadata()
options = json.loads(made["network"])
network = Network(options["use"], len(json.loads(made["classes"])), options)
tensors = dict(network.tensors())
stored = load_file(weights)
assert stored.keys() == tensors.keys(), sorted(stored.keys() ^ tensors.keys())
with torch.no_grad():
    for name, tensor in tensors.items():
        assert tensor.shape == stored[name].shape, name
        tensor.copy_(stored[name])
normalization = json.loads(made["normalization"])
pixels = np.asarray(Image.open(image).convert("RGB"), dtype=np.float32)
x = (pixels - np.float32(normalization["mean"])) / np.float32(normalization["deviation"])
with torch.no_grad():
    (logits,) = network.eval()(torch.from_numpy(x).permute(2, 0, 1)[None])
np.save(out, logits.softmax(1)[0].numpy().astype(np.float32))
