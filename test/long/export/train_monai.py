"""A network of MONAI's trained for some steps with an exported loss: train_monai.py FILE CLASS. Prints its losses."""

import json
import sys

import torch
from harness import load
from monai.losses.dice import _Loss
from monai.networks.nets import BasicUNet
from monai.networks.utils import one_hot

CLASSES = 3

torch.set_num_threads(1)
torch.manual_seed(0)
loss = load(sys.argv[1], sys.argv[2])()
assert isinstance(loss, _Loss)
network = BasicUNet(spatial_dims=2, out_channels=CLASSES, features=(8, 8, 16, 16, 16, 8))
optimizer = torch.optim.Adam(network.parameters(), 1e-2)
images = torch.randn(2, 1, 32, 32)
labels = torch.bucketize(images, torch.tensor([-0.5, 0.5]))
losses = []
for _ in range(12):
    optimizer.zero_grad()
    logits = network(images)
    value = loss(logits, labels)
    assert torch.allclose(value, loss(logits, one_hot(labels, CLASSES)))
    value.backward()
    optimizer.step()
    losses.append(value.item())
print(json.dumps(losses))
