"""Two gloo processes with parts of each batch beside one with all of it: run_gloo.py FOLDER SPLIT.

SPLIT is how many images the first process has. Each loss is made with process_group; gradients are averaged over the
processes, as DistributedDataParallel does, through a layer before the logits. Prints the largest differences of the value
and of the gradient, as a share of its largest entry, of each case.
"""

import json
import sys
import tempfile

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from harness import cases, load

SMALLEST = 1e-8


def tensors(case):
    n, h, w, c = case["shape"]
    logits = torch.tensor(case["logits"], dtype=torch.float64).reshape(n, h, w, c).permute(0, 3, 1, 2)
    return logits, torch.tensor(case["labels"]).reshape(n, h, w)


def step(loss, inputs, labels):
    """The value, and its gradient by a layer's weights, all ones, with which the inputs are multiplied."""
    layer = torch.ones(inputs.shape[1], *inputs.shape[2:], dtype=inputs.dtype, requires_grad=True)
    value = loss(inputs * layer, labels)
    value.backward()
    return value.detach(), layer.grad


def process(rank, store, folder, split, output):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
    results = []
    for case in cases(folder):
        inputs, labels = tensors(case)
        own = slice(0, split) if rank == 0 else slice(split, None)
        kind = load(case["file"], "ExportedLoss")
        value, gradient = step(kind(process_group=dist.group.WORLD), inputs[own], labels[own])
        dist.all_reduce(gradient)
        gradient /= 2
        whole, expected = step(kind(), inputs, labels)
        values = [torch.empty_like(value) for _ in range(2)]
        dist.all_gather(values, value)
        largest = max(expected.abs().max().item(), SMALLEST)
        results.append(
            [
                max(abs(each.item() - whole.item()) for each in values),
                (gradient - expected).abs().max().item() / largest,
            ]
        )
    if rank == 0:
        with open(output, "w") as file:
            json.dump(results, file)
    dist.destroy_process_group()


if __name__ == "__main__":
    folder, split = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as scratch:
        output = f"{scratch}/results.json"
        mp.spawn(process, args=(f"{scratch}/store", folder, split, output), nprocs=2)
        with open(output) as file:
            print(file.read())
