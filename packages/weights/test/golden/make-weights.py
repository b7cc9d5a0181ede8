"""Makes the files of weights that the tests read, and what is in them.

    python make-weights.py FOLDER      (PyTorch 2.15 and safetensors 0.8)
"""

import json
import sys
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import save_file

folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
torch.manual_seed(7)

whole = torch.randn(4, 6)
tensors = OrderedDict(
    contiguous=torch.randn(2, 3, 3, 1),
    channels_last=torch.randn(2, 3, 2, 2).to(memory_format=torch.channels_last),
    transposed=torch.randn(3, 4).t(),
    whole=whole,
    column=whole[:, 2],
    rows_from_the_second=whole[1:, ::2],
    tied=whole,
    repeated=torch.tensor([[1.5], [-2.5]]).expand(2, 3),
    parameter=torch.nn.Parameter(torch.randn(3)),
    half=torch.tensor([1.5, -0.0, 6e-8, 65504.0]).half(),
    bfloat16=torch.tensor([1.5, -3.25, 1e-40, 3e38]).bfloat16(),
    double=torch.tensor([0.1, -1e30], dtype=torch.float64),
    long=torch.tensor([-3, 2**40]),
    int32=torch.tensor([-7, 2**30], dtype=torch.int32),
    int16=torch.tensor([-300, 300], dtype=torch.int16),
    int8=torch.tensor([-5, 5], dtype=torch.int8),
    uint8=torch.tensor([0, 255], dtype=torch.uint8),
    bool=torch.tensor([True, False]),
    scalar=torch.tensor(2.25),
    empty=torch.zeros(0, 3),
)
plain = OrderedDict((name, tensor.detach()) for name, tensor in tensors.items())


def save(name, value, **options):
    torch.save(value, folder / name, **options)


save("all.pth", tensors)
save("all-legacy.pth", tensors, _use_new_zipfile_serialization=False)
save("all-protocol-5.pth", plain, pickle_protocol=5)
save_file({name: tensor.contiguous().clone() for name, tensor in plain.items()}, folder / "all.safetensors", {"note": "größe"})

network = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), torch.nn.BatchNorm2d(2))
optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
network(torch.randn(2, 3, 4, 4)).sum().backward()
optimizer.step()
wrapped = torch.nn.DataParallel(network).state_dict()
save("checkpoint.pth", {"epoch": 3, "state_dict": wrapped, "optimizer": optimizer.state_dict(), "arch": "tiny", "best": 0.5, "told": [torch.Size([2, 3]), torch.device("cpu"), torch.bfloat16, None, (1, {2**70: "a"})]})
save("network.pth", network)

# As parameters were written until 0.4, with which torchvision's first weights were: the class itself, and then its state.
torch.nn.Parameter.__reduce_ex__ = lambda self, _: (torch.nn.Parameter, (self.data,), (True, False, OrderedDict()))
save("parameters-0.3.pth", OrderedDict(a=torch.nn.Parameter(torch.arange(3.0))), _use_new_zipfile_serialization=False)
assert torch.load(folder / "parameters-0.3.pth")["a"].tolist() == [0, 1, 2]

expected = {
    name: {
        "type": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "values": tensor.float().flatten().tolist(),
    }
    for name, tensor in plain.items()
}
module = {name: {"shape": list(tensor.shape), "values": tensor.float().flatten().tolist()} for name, tensor in network.state_dict().items()}
(folder / "all.json").write_text(json.dumps({"all": expected, "checkpoint": module}) + "\n")
