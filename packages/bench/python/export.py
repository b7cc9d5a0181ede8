"""Forward and backward of one exported loss, or of its formula as loss.py has it: time, value and memory, as JSON.

Takes the settings of export-settings.ts as JSON.
"""

import importlib.util
import json
import resource
import sys
import time

import numpy as np
import torch
from torch.profiler import ProfilerActivity, profile

import loss as plain


def exported(settings):
    spec = importlib.util.spec_from_file_location("exported", settings["file"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module = getattr(module, settings["name"])()
    return torch.compile(module, fullgraph=True) if settings["as"] == "compiled" else module


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def allocated(step):
    """The most bytes that tensors had at one time, beyond those before the step, as PyTorch counts them."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiled:
        step()
    events = [e for e in profiled.profiler.kineto_results.events() if e.name() == "[memory]"]
    return int(max(np.cumsum([event.nbytes() for event in events])))


def main():
    settings = json.loads(sys.argv[1])
    torch.set_num_threads(1)
    if settings["as"] == "plain":
        formula = plain.LOSSES[settings["loss"]]
        run = lambda x, y: formula(plain.Batch(x, y))
    else:
        run = exported(settings)
    shape = tuple(settings[key] for key in ("batch", "height", "width"))
    warm = torch.randn(1, settings["classes"], 16, 16, requires_grad=True)
    if settings["as"] != "compiled":  # libraries are loaded before memory is looked at
        run(warm, torch.zeros(1, 16, 16, dtype=torch.long)).backward()
    nhwc = np.fromfile(settings["logits"], np.float32).reshape(*shape, settings["classes"])
    labels = torch.from_numpy(np.fromfile(settings["labels"], np.uint8).reshape(shape)).long()
    before = peak() - nhwc.nbytes
    logits = torch.from_numpy(nhwc).permute(0, 3, 1, 2).contiguous()
    del nhwc
    logits.requires_grad_()

    def step():
        logits.grad = None
        value = run(logits, labels)
        value.backward()
        return value

    milliseconds = []
    for _ in range(settings["samples"] + 1):
        start = time.process_time()
        value = step()
        milliseconds.append((time.process_time() - start) * 1e3)
    grown = peak() - before
    logits.grad = None
    measured = {
        "milliseconds": milliseconds[1:],
        "value": value.item(),
        "allocated": logits.nbytes + allocated(step),
        "process": grown,
    }
    print(json.dumps(measured))


main()
