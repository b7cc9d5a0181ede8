"""Values and gradients of exported PyTorch losses: run_pytorch.py FOLDER, with cases.json and a file for each."""

import sys

import torch
from harness import cases, load, write


def evaluate(case, kind):
    logits = torch.tensor(case["logits"], dtype=kind).reshape(case["shape"]).permute(0, 3, 1, 2)
    logits = logits.contiguous().requires_grad_()
    labels = torch.tensor(case["labels"], dtype=torch.int64).reshape(case["shape"][:3])
    value = load(case["file"], "ExportedLoss")()(logits, labels)
    value.backward()
    return value.item(), logits.grad.permute(0, 2, 3, 1).flatten().tolist()


torch.set_num_threads(1)
folder = sys.argv[1]
write([[evaluate(case, kind) for kind in (torch.float64, torch.float32)] for case in cases(folder)])
